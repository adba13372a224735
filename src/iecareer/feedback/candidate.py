"""The candidate of a night: schema ``feedback`` of a private build.

Input: schema ``marts``, the models of `dbt_project/models/feedback`, and ``flags``, which may be absent.
Output: one table per indicator, with a row per program-cohort, its status, its peers and, for survey numbers,
its response rate; and ``feedback.summary`` with one row per institution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.errors import IecareerError
from iecareer.feedback import rules
from iecareer.feedback.catalog import has_table
from iecareer.feedback.differentials import prepare_differentials
from iecareer.feedback.directory import prepare_directory
from iecareer.feedback.disclosure import guarded, mart_columns, pooled_wages
from iecareer.feedback.peers import add_institution_peers, add_peers
from iecareer.feedback.policy import DisclosurePolicy, read_policy, write_policy
from iecareer.feedback.proposals import prepare_flags
from iecareer.feedback.summary import prepare_summary

if TYPE_CHECKING:
    from datetime import date

    from duckdb import DuckDBPyConnection

TABLES = (
    "response",
    "employment",
    "job_match",
    "retention",
    "retention_curve",
    "starting_salary",
    "salary_differential",
    "program_flag",
    "summary",
)


# One curve per institution, all programs and cohorts together.
INSTITUTION_CURVE = """select institution_code, null::varchar as program_code, null::bigint as cohort_year,
  months, n_at_risk, retention, ci_low, ci_high, 'ok' as status from indicators.msr_institution_curve"""


def build_feedback(run_id: str) -> dict[str, int]:
    """Prepare the candidate tables of a run's private build.

    Returns
    -------
    dict of str to int
        Rows by feedback table.
    """
    from iecareer.runs.build import open_build
    from iecareer.runs.pin import read_pin

    as_of = read_pin(run_id).as_of
    with open_build(run_id) as connection:
        return prepare_feedback(connection, as_of, run_id=run_id)


def prepare_feedback(connection: DuckDBPyConnection, as_of: date, *, run_id: str = "") -> dict[str, int]:
    """Write schema ``feedback`` anew on an open build and return its rows by table.

    Raises
    ------
    IecareerError
        When a mart, one of its columns or a policy number is missing.
    """
    if not has_table(connection, "marts.msr_response"):
        raise IecareerError("The build has no table marts.msr_response.", next_step="Build the marts first.")
    connection.execute("create schema if not exists feedback")
    policy = read_policy(connection)
    write_policy(connection)
    prepare_directory(connection)
    for rule in rules.RATES:
        _prepare_rates(connection, rule, policy)
    _prepare_wages(connection, policy)
    _add_response(connection, policy)
    prepare_differentials(connection, policy)
    prepare_flags(connection, policy)
    prepare_summary(connection, policy)
    connection.execute(
        "create or replace table feedback.candidate as select ?::varchar as run_id, ?::date as as_of",
        [run_id, as_of],
    )
    return {
        name: int(connection.execute(f"select count(*) from feedback.{name}").fetchall()[0][0])
        for name in TABLES
    }


def _prepare_rates(connection: DuckDBPyConnection, rule: rules.TableRule, policy: DisclosurePolicy) -> None:
    """Write one table of rates with disclosure control and peers."""
    mart = f"marts.{rule.mart}"
    columns = mart_columns(connection, rule, mart)
    source = f"select {columns} from {mart} where {rule.rows}"
    if rule is rules.RETENTION_CURVE:
        # Other roll-ups would reveal withheld cells by subtraction.
        cells = f"{source} and program_code <> '' and cohort_year is not null"
        source = f"({cells}) union all by name ({INSTITUTION_CURVE})"
    connection.execute(f"create or replace table feedback.{rule.name} as {guarded(source, rule, policy)}")
    add_peers(connection, f"feedback.{rule.name}", rule, policy)
    if rule is rules.RETENTION_CURVE:
        add_institution_peers(connection, f"feedback.{rule.name}", policy)


def _prepare_wages(connection: DuckDBPyConnection, policy: DisclosurePolicy) -> None:
    """Write starting salaries: cohorts pooled if needed, with disclosure control, rounded, with peers."""
    rule = rules.STARTING_SALARY
    single = f"select {mart_columns(connection, rule, f'marts.{rule.mart}')} from marts.{rule.mart}"
    pooled = None
    table = "marts.msr_starting_salary_pooled"
    if has_table(connection, table):
        pooled = f"select n_cohorts, {mart_columns(connection, rule, table)} from {table}"
    source = pooled_wages(single, pooled, policy)
    connection.execute(f"create or replace table feedback.{rule.name} as {guarded(source, rule, policy)}")
    add_peers(connection, f"feedback.{rule.name}", rule, policy, typical=("p25", "p75"))


def _add_response(connection: DuckDBPyConnection, policy: DisclosurePolicy) -> None:
    """Add the response rate of the program-cohort and wave to every survey number."""
    surveyed = {
        "employment": ("t.wave_months", "t.definition not in ('register', 'not_captured')"),
        "job_match": ("t.wave_months", "true"),
        "starting_salary": (str(policy.headline_wave_months), "t.measure = 'survey'"),
    }
    for name, (wave, from_survey) in surveyed.items():
        order = "institution_code, program_code, cohort_year"
        connection.execute(f"""create or replace table feedback.{name} as
            select t.*, r.response_rate from feedback.{name} t left join feedback.response r
              on {from_survey} and r.institution_code = t.institution_code and r.program_code = t.program_code
              and r.cohort_year = t.cohort_year and r.wave_months = {wave} order by {order}""")
