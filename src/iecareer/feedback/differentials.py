"""The starting-salary differentials that leave: rounded, and no two of nearly equal groups of graduates.

Input: ``marts.msr_salary_differential`` and ``estimates.salary_differential``, their published counts
(``int_differential_count``) and the pairs of nearly equal ones (``int_differential_overlap``). They are always called a
difference among comparable graduates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.errors import IecareerError
from iecareer.feedback.catalog import columns_of, has_table
from iecareer.feedback.nearly_equal import nearly_equal_to_a_kept_one
from iecareer.feedback.withholding import enough, shown, shown_count, shown_status

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from iecareer.feedback.policy import DisclosurePolicy

KEYS = ("measure", "scope", "institution_code", "program_code", "mode", "cohort_year", "method")
COUNTS = ("n_cooperative", "n_comparison")
INSTITUTIONS = ("n_institutions_cooperative", "n_institutions_comparison")
# Rounded to .01: log points, and whole percent, because percent is a ratio.
ESTIMATES = ("log_difference", "se", "percent", "ci_low", "ci_high")
VALUES = ("coverage", *ESTIMATES)
EXACT = ("marts.msr_salary_differential", "estimates.salary_differential")
COUNT, OVERLAP = "intermediate.int_differential_count", "intermediate.int_differential_overlap"
# Of two nearly equal ones the first is kept. All cohorts together come before a single cohort.
ORDER = """n_cooperative desc, list_position(['region', 'mode', 'institution', 'program'], scope),
    institution_code nulls first, program_code nulls first, mode nulls first, cohort_year nulls first,
    measure, method"""


def prepare_differentials(connection: DuckDBPyConnection, policy: DisclosurePolicy) -> None:
    """Write ``feedback.salary_differential``: one row per row of the mart and of the adjusted estimates.

    Raises
    ------
    IecareerError
        When the build has no published counts of differentials.
    """
    import pyarrow as pa

    for table in (COUNT, OVERLAP):
        if not has_table(connection, table):
            raise IecareerError(
                f"The build has no table {table}.", next_step="Build the layer intermediate first."
            )
    _write_rounded(connection, policy)
    withheld = sorted(nearly_equal_to_a_kept_one(_nearly_equal(connection)))
    connection.register("withheld", pa.table({"place": pa.array(withheld, pa.int64())}))
    values = ", ".join(f"{shown(name, 'withheld.place is null')} as {name}" for name in VALUES)
    connection.execute(f"""create or replace table feedback.salary_differential as
        select {", ".join((*KEYS, *COUNTS, *INSTITUTIONS))}, {values},
          case when withheld.place is null then status else 'suppressed' end as status
        from rounded left join withheld using (place) order by {", ".join(KEYS)}""")
    connection.unregister("withheld")
    connection.execute("drop table rounded")


def _write_rounded(connection: DuckDBPyConnection, policy: DisclosurePolicy) -> None:
    """The temporary table `rounded`: every row as if it stood alone, with its place in the order."""
    is_enough = " and ".join(enough(f"counted.{count}", policy.min_n_wage) for count in COUNTS)
    keep = f"status = 'ok' and {is_enough}"
    counts = [f"{shown_count(f'counted.{name}', policy.min_n_rate)} as {name}" for name in COUNTS]
    # A difference of -0.001 becomes 0.0, without a sign.
    values = [f"{shown(f'round(exact.{name}, 2) + 0.0', keep)} as {name}" for name in ESTIMATES]
    same = " and ".join(f"exact.{key} is not distinct from counted.{key}" for key in KEYS)
    connection.execute(f"""create or replace temp table rounded as
        select *, row_number() over (order by {ORDER}) as place from (
          select {", ".join(f"exact.{name}" for name in (*KEYS, *INSTITUTIONS))}, counted.analysis_key,
            {", ".join(counts)}, {shown("counted.coverage", keep)} as coverage, {", ".join(values)},
            {shown_status(is_enough)} as status
          from ({_exact(connection)}) as exact left join {COUNT} as counted on {same})""")


def _nearly_equal(connection: DuckDBPyConnection) -> list[tuple[int, int]]:
    """Places of the rows that could be published, two by two that must not be published together."""
    return connection.execute(f"""select one.place, other.place from {OVERLAP} as overlap
        join rounded as one on one.measure = overlap.measure and one.method = overlap.method
          and one.analysis_key = overlap.analysis_key and one.status = 'ok'
        join rounded as other on other.measure = overlap.measure and other.method = overlap.method
          and other.analysis_key = overlap.other_analysis_key and other.status = 'ok'""").fetchall()


def _exact(connection: DuckDBPyConnection) -> str:
    """Query of all exact rows; missing columns are null."""
    parts = [
        f"select {_listed(columns_of(connection, table))} from {table}"
        for table in EXACT
        if has_table(connection, table)
    ]
    return " union all ".join(parts) or f"select {_listed([])} where false"


def _listed(present: list[str]) -> str:
    kinds = dict.fromkeys((*INSTITUTIONS, "cohort_year"), "bigint") | dict.fromkeys(ESTIMATES, "double")
    return ", ".join(
        f"{name if name in present else 'null'}::{kinds.get(name, 'varchar')} as {name}"
        for name in (*KEYS, *INSTITUTIONS, *ESTIMATES, "status")
    )
