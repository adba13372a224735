"""The flags in the form that colleges see: proposals for a curriculum review, with reasons.

Sentences about people have no numbers; probabilities are rounded to tens of percent. A flag stands as long as the light
of its program in the last year that is over: they are one family (docs/methods.md, Over time).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.catalog import columns_of, has_table

if TYPE_CHECKING:
    from datetime import date

    from duckdb import DuckDBPyConnection

TABLE = "flags.program_flag"
COLUMNS = {
    "institution_code": "varchar",
    "program_code": "varchar",
    "cohort_year": "bigint",
    "as_of": "date",
    "score": "double",
    "posterior": "double",
    "q_value": "double",
    "is_flagged": "boolean",
}
PROBABILITIES = ("score", "posterior", "q_value")
TEXTS = (
    *(f"reason_{number}_{language}" for number in (1, 2, 3) for language in ("zh", "en")),
    *("skills_zh", "skills_en", "what_would_clear_zh", "what_would_clear_en"),
)
# What the next release needs to know of flags: one row per value (landing.released_light).
KEPT = "basis.release_flag"
_STANDING, _RELEASED = "basis.basis_standing_light", "landing.released_light"
_KINDS = COLUMNS | dict.fromkeys(TEXTS, "varchar")


def prepare_flags(connection: DuckDBPyConnection, as_of: date) -> None:
    """Write ``feedback.program_flag``: one row per evaluated program; empty without flags."""
    unit = f"concat_ws(' ', 'program', institution_code, program_code, '{as_of.year - 1}')"
    has_lights = has_table(connection, _STANDING)
    standing = (
        _STANDING if has_lights else "(select null::varchar as unit_year, null::integer as release_number)"
    )
    kept = f"select * from ({_released()}) semi join {standing} using (unit_year)" if has_lights else ""
    connection.execute(f"""create or replace temp table renewed_flag as
        select {unit} as unit_year, * from ({_judged(connection)}) anti join {standing} as standing
          on standing.unit_year = {unit}""")
    connection.execute(f"""create or replace table feedback.program_flag as
        select * exclude (unit_year) from (
          select *, null::varchar as stands_from from renewed_flag
          {f"union all by name {kept}" if kept else ""}) order by institution_code, program_code""")
    if has_lights:
        _keep(connection)
    connection.execute("drop table renewed_flag")


def _judged(connection: DuckDBPyConnection) -> str:
    """Query of the flags of this run."""
    present = columns_of(connection, TABLE)
    listed = [
        f"{_rounded(name) if name in present else 'null'}::{kind} as {name}" for name, kind in _KINDS.items()
    ]
    return f"select {', '.join(listed)} from {TABLE if present else '(select 1 where false)'}"


def _released() -> str:
    """Query of the flags of earlier releases, with the label of theirs."""
    of_unit = {"institution_code": 2, "program_code": 3}
    listed = [
        f"split_part(unit_year, ' ', {of_unit[name]}) as {name}"
        if name in of_unit
        else f"max(case when column_name = '{name}' then value end)::{kind} as {name}"
        for name, kind in _KINDS.items()
    ]
    return f"""select unit_year, {", ".join(listed)}, max(label) as stands_from
        from {_RELEASED} left join landing.release using (release_number) where part = 'flag' group by unit_year"""


def _keep(connection: DuckDBPyConnection) -> None:
    """Write the flags that are new, value by value. Those that stand are in ``basis_release_light``."""
    texts = ", ".join(
        f"{name}::varchar as {name}" for name in _KINDS if name not in ("institution_code", "program_code")
    )
    connection.execute(f"""create or replace table {KEPT} as
        select (select coalesce(max(release_number), 0) + 1 from landing.release)::integer as release_number,
          unit_year, 'flag' as part, '' as item, column_name, value
        from (unpivot (select unit_year, {texts} from renewed_flag)
          on columns(* exclude (unit_year)) into name column_name value value)""")


def _rounded(name: str) -> str:
    return f"round({name}, 1)" if name in PROBABILITIES else name
