"""The candidate of a night: schema ``feedback`` of a private build.

Input: the tables that dbt wrote there (`dbt_project/models/publication`), the schemas ``estimates``, ``flags`` and
``basis``, which may be absent. Output: the tables that rest on estimates, flags and lights, names of institutions and
programs, and policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.errors import IecareerError
from iecareer.feedback.catalog import has_table
from iecareer.feedback.differentials import prepare_differentials
from iecareer.feedback.directory import prepare_directory
from iecareer.feedback.lights import prepare_lights
from iecareer.feedback.policy import read_policy, write_policy
from iecareer.feedback.proposals import prepare_flags

if TYPE_CHECKING:
    from datetime import date

    from duckdb import DuckDBPyConnection

# Tables that dbt wrote (models/publication) and, at the end, those written here.
TABLES = (
    "response",
    "employment",
    "job_match",
    "retention",
    "starting_salary",
    "wage",
    "workplace",
    "workplace_pay",
    "employer",
    "hiring_employer",
    "employer_retention",
    "certificate",
    "promotion",
    "innovation",
    "salary_differential",
    "program_flag",
    "light",
    "light_indicator",
    "warning",
)


def build_feedback(run_id: str) -> dict[str, int]:
    """Prepare the candidate tables of a run's private build.

    Returns
    -------
    dict of str to int
        Rows by feedback table.
    """
    from iecareer.engine.released_numbers import definitions_now, renewed_because
    from iecareer.runs.build import open_build
    from iecareer.runs.pin import read_pin

    pin = read_pin(run_id)
    because = renewed_because(pin.released, definitions_now(pin.policy))
    with open_build(run_id) as connection:
        return prepare_feedback(connection, pin.as_of, run_id=run_id, because=because)


def prepare_feedback(
    connection: DuckDBPyConnection, as_of: date, *, run_id: str = "", because: str | None = "first"
) -> dict[str, int]:
    """Write schema ``feedback`` anew on an open build and return its rows by table.

    Raises
    ------
    IecareerError
        When a mart, one of its columns or a policy number is missing.
    """
    if not has_table(connection, "feedback.response"):
        raise IecareerError("The build has no table feedback.response.", next_step="Build the marts first.")
    connection.execute("create schema if not exists feedback")
    policy = read_policy(connection)
    write_policy(connection)
    prepare_directory(connection)
    prepare_differentials(connection, policy)
    prepare_flags(connection, as_of)
    prepare_lights(connection)
    connection.execute(
        f"""create or replace table feedback.candidate as
        select ?::varchar as run_id, ?::date as as_of, {_price_base_year(connection)} as price_base_year,
          ?::varchar as renewed_because""",
        [run_id, as_of, because],
    )
    return {
        name: int(connection.execute(f"select count(*) from feedback.{name}").fetchall()[0][0])
        for name in TABLES
    }


def _price_base_year(connection: DuckDBPyConnection) -> str:
    """SQL of the year of the prices in which pay is stated; null in a build without price indices."""
    if not has_table(connection, "intermediate.int_deflator"):
        return "null::integer"
    return "(select max(base_year) from intermediate.int_deflator)::integer"
