"""The flags in the form that colleges see: proposals for a curriculum review, with reasons.

Sentences about people have no numbers; probabilities are rounded to tens of percent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.catalog import columns_of

if TYPE_CHECKING:
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


def prepare_flags(connection: DuckDBPyConnection) -> None:
    """Write ``feedback.program_flag``: one row per evaluated program; empty without flags."""
    present = columns_of(connection, TABLE)
    kinds = COLUMNS | dict.fromkeys(TEXTS, "varchar")
    listed = [
        f"{_rounded(name) if name in present else 'null'}::{kind} as {name}" for name, kind in kinds.items()
    ]
    source = TABLE if present else "(select 1 where false)"
    connection.execute(f"""create or replace table feedback.program_flag as
        select {", ".join(listed)} from {source} order by institution_code, program_code""")


def _rounded(name: str) -> str:
    return f"round({name}, 1)" if name in PROBABILITIES else name
