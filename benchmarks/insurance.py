"""Months of social insurance as one delimited file of the exchange format, with valid numbers, in DuckDB."""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from iecareer.contracts.divisions import known_divisions

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ENTERPRISES = 20_000


def write(path: Path, n_persons: int, n_months: int, *, by_person: bool = False) -> None:
    """Write `n_persons` × `n_months` rows, month after month or person after person; a fifth change jobs a year."""
    connection = duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(path.parent)})
    digits = " + ".join(f"{w} * (n // {10 ** (16 - i)}::bigint % 10)" for i, w in enumerate(_WEIGHTS))
    # Other codes would be quarantined.
    regions = sorted(code for code in known_divisions() if code[:2] == "32" and code[4:] != "00")
    letters = " + ".join(f"{pow(3, i, 31)} * (strpos('{_LETTERS}', stem[{i + 1}]) - 1)" for i in range(17))
    connection.execute(
        f"""create table enterprise as
        select i, stem || '{_LETTERS}'[(31 - ({letters}) % 31) % 31 + 1] as code,
            {regions}[1 + (hash(i, 4) % {len(regions)})::int] as region
        from (select i, '91320' || lpad((hash(i, 3) % 1000)::varchar, 3, '0') || 'MA'
            || lpad(i::varchar, 7, '0') as stem from range({_ENTERPRISES}) _(i))"""
    )
    connection.execute(
        f"""create table person as
        select i, n::varchar || '10X98765432'[({digits}) % 11 + 1] as person_id,
            (hash(i, 7) % {_ENTERPRISES})::bigint as first, 3000 + (hash(i, 9) % 900000) / 100 as base
        from (select i, (320000 + hash(i) % 600)::bigint * 100000000000
            + strftime(date '1995-01-01' + (hash(i, 2) % 3000)::int, '%Y%m%d')::bigint * 1000 + i % 1000 as n
            from range({n_persons}) _(i))"""
    )
    order = "person.i, month" if by_person else "month, person.i"
    connection.execute(
        f"""copy (
            select person_id, code as enterprise_code,
                strftime(date '2020-01-01' + to_months(month::int), '%Y-%m') as month,
                printf('%.2f', base * (1 + 0.04 * (month // 12))) as contribution_base, region as region_code
            from range({n_months}) _(month) cross join person
            join enterprise on enterprise.i = (first + (month + person.i % 60) // 60 * 7919) % {_ENTERPRISES}
            order by {order}
        ) to '{path}' (header)"""
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--persons", type=int, default=800_000)
    parser.add_argument("--months", type=int, default=50)
    parser.add_argument("--by-person", action="store_true")
    told = parser.parse_args()
    write(told.path, told.persons, told.months, by_person=told.by_person)
