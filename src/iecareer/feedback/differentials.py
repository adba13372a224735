"""The starting-salary differentials that a college may see: its own, those of its programs and of the region.

They are always called a difference among comparable graduates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.catalog import columns_of, has_table
from iecareer.feedback.withholding import enough, rounded, shown, shown_count, shown_status

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from iecareer.feedback.policy import DisclosurePolicy

KEYS = ("measure", "scope", "institution_code", "program_code", "mode", "cohort_year", "method")
COUNTS = ("n_cooperative", "n_comparison")
INSTITUTIONS = ("n_institutions_cooperative", "n_institutions_comparison")
VALUES = ("difference_cny", "coverage", "log_difference", "se", "percent", "ci_low", "ci_high")


def prepare_differentials(connection: DuckDBPyConnection, policy: DisclosurePolicy) -> None:
    """Write ``feedback.salary_differential``: one row per row of the mart and of the adjusted estimates."""
    parts = [
        f"select {_listed(columns_of(connection, table))} from {table}"
        for table in ("marts.msr_salary_differential", "estimates.salary_differential")
        if has_table(connection, table)
    ]
    source = " union all ".join(parts) or f"select {_listed([])} where false"
    is_enough = " and ".join(enough(count, policy.min_n_wage) for count in COUNTS)
    units = dict.fromkeys(VALUES, "0.01") | {"difference_cny": str(policy.wage_rounding_cny)}
    keep = f"status = 'ok' and {is_enough}"
    values = ", ".join(f"{shown(rounded(name, units[name]), keep)} as {name}" for name in VALUES)
    counts = ", ".join(f"{shown_count(_below(name, policy), policy.min_n_rate)} as {name}" for name in COUNTS)
    connection.execute(f"""create or replace table feedback.salary_differential as
        select {", ".join(KEYS)}, {counts}, {", ".join(INSTITUTIONS)}, {values},
          {shown_status(is_enough)} as status
        from ({source}) order by {", ".join(KEYS)}""")


def _below(count: str, policy: DisclosurePolicy) -> str:
    """A count rounded down to a multiple of the rounding base."""
    return f"({count} - {count} % {policy.rounding_base})"


def _listed(present: list[str]) -> str:
    """Select list; missing columns are null."""
    integers = (*COUNTS, *INSTITUTIONS, "cohort_year")
    kinds = dict.fromkeys(integers, "bigint") | dict.fromkeys(VALUES, "double")
    return ", ".join(
        f"{name if name in present else 'null'}::{kinds.get(name, 'varchar')} as {name}"
        for name in (*KEYS, *COUNTS, *INSTITUTIONS, *VALUES, "status")
    )
