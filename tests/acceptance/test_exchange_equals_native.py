"""A region delivered natively and the same region in the exchange format give the same indicators."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from iecareer.contracts import load_record_types
from iecareer.landing import land
from iecareer.runs.build import open_build
from iecareer.simulation import simulate
from iecareer.sources import load_systems
from tests.nights import build
from tests.people import resident_id

AS_OF = date(2026, 11, 21)
# Of two insurance sources the later one's newest months wait; one united delivery would not know that.
OBSERVED_THROUGH = """(select min(newest_period) from landing.source_system
    where record_type = 'employment_month' and is_in_service)"""


def indicators(run_id: str) -> dict[str, list[tuple[object, ...]]]:
    with open_build(run_id) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        ).fetchall()
        return {name: connection.execute(f"from marts.{name} order by all").fetchall() for (name,) in tables}


def export(run_id: str, folder: Path, identity: str) -> None:
    """Write what a run saw in the exchange format.

    Each person goes under a made-up resident identity number (`person_id`) or the pseudonym (`person_key`).
    """
    folder.mkdir()
    with open_build(run_id) as connection:
        persons = " union ".join(
            f"select person_key from landing.{kind.name}"
            for kind in load_record_types().values()
            if any(column.is_person for column in kind.columns)
        )
        keys = [row[0] for row in connection.execute(f"select * from ({persons}) order by all").fetchall()]
        numbers = [resident_id(n % 1000, born=f"{1990 + n // 1000}0101") for n in range(len(keys))]
        assert len(set(numbers)) == len(keys)
        connection.execute(
            "create temp table person as select unnest($keys) as person_key, unnest($numbers) as person_id",
            {"keys": keys, "numbers": numbers},
        )
        for kind in load_record_types().values():
            names = [identity if column.is_person else column.name for column in kind.columns]
            columns = ", ".join(
                "lower(hex(person_key)) as person_key" if name == "person_key" else name for name in names
            )
            people = "join person using (person_key)" if "person_id" in names else ""
            observed = f"where month <= {OBSERVED_THROUGH}" if kind.name == "employment_month" else ""
            connection.execute(
                f"copy (select {columns} from landing.{kind.name} {people} {observed} order by all) "
                f"to '{folder / kind.name}.csv' (header)"
            )


def compare_both_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graduates: int, *identities: str
) -> None:
    simulate(tmp_path / "inbox", graduates=graduates, seed=5)
    for source in load_systems():
        land(source, received_on=AS_OF)
    native = build(AS_OF)
    for identity in identities:
        export(native, tmp_path / identity, identity)
    expected = indicators(native)
    for identity in identities:
        monkeypatch.setenv("IECAREER_HOME", str(tmp_path / f"home of {identity}"))
        receipts = land("exchange", [tmp_path / identity], AS_OF)
        assert {receipt["record_type"] for receipt in receipts} == set(load_record_types())
        assert sum(receipt["n_quarantined"] for receipt in receipts) == 0
        found = indicators(build(AS_OF))
        for table, rows in expected.items():
            assert rows, table
            if table == "msr_source_coverage":
                continue  # it names the sources, and here they differ
            assert_close(found[table], rows, table)


def assert_close(found: list[tuple[object, ...]], expected: list[tuple[object, ...]], table: str) -> None:
    assert len(found) == len(expected), table
    for row, other in zip(expected, found, strict=True):
        for value, got in zip(row, other, strict=True):
            if isinstance(value, float) and isinstance(got, float):
                assert math.isclose(value, got, rel_tol=1e-9, abs_tol=1e-12), table
            else:
                assert value == got, table


@pytest.mark.slow
def test_small(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compare_both_ways(tmp_path, monkeypatch, 1_500, "person_id")


@pytest.mark.slow
def test_twenty_thousand_graduates(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compare_both_ways(tmp_path, monkeypatch, 20_000, "person_id", "person_key")
