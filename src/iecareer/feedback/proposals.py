"""The flags in the form that colleges see: proposals for a curriculum review, with reasons.

A reason based on fewer graduates than the minimum is withheld; the flag itself stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.catalog import columns_of
from iecareer.feedback.withholding import shown

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from iecareer.feedback.policy import DisclosurePolicy

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
REASONS = (1, 2, 3)
LANGUAGES = ("zh", "en")
ADVICE = ("skills_zh", "skills_en", "what_would_clear_zh", "what_would_clear_en")
# Reasons whose n counts courses, not graduates.
ABOUT_COURSES = ("course_age", "hours_changed")


def prepare_flags(connection: DuckDBPyConnection, policy: DisclosurePolicy) -> None:
    """Write ``feedback.program_flag``: one row per evaluated program; empty without flags."""
    present = columns_of(connection, TABLE)
    listed = [f"{name if name in present else 'null'}::{kind} as {name}" for name, kind in COLUMNS.items()]
    listed += [_reason(present, number, language, policy) for number in REASONS for language in LANGUAGES]
    listed += [f"{name if name in present else 'null'}::varchar as {name}" for name in ADVICE]
    source = TABLE if present else "(select 1 where false)"
    connection.execute(f"""create or replace table feedback.program_flag as
        select {", ".join(listed)} from {source} order by institution_code, program_code""")


def _reason(present: list[str], number: int, language: str, policy: DisclosurePolicy) -> str:
    """The text of one reason, withheld if it is based on too few graduates."""
    name, count, measure = f"reason_{number}_{language}", f"reason_{number}_n", f"reason_{number}_measure"
    if name not in present:
        return f"null::varchar as {name}"
    if count not in present or measure not in present:
        return f"{name}::varchar as {name}"
    least = f"case when {measure} like 'pay%' then {policy.min_n_wage} else {policy.min_n_rate} end"
    is_enough = f"{count} is null or {count} >= {least} or {measure} in {ABOUT_COURSES}"
    return f"({shown(name, is_enough)})::varchar as {name}"
