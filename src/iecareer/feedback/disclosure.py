"""Disclosure control of one mart: values based on too few graduates are withheld, wages are rounded.

Input: one mart. Output: the same rows, with nulls in place of withheld values. Only the columns named in a
`TableRule` are read, so a new column of a mart is not published by accident.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.errors import IecareerError
from iecareer.feedback.catalog import columns_of
from iecareer.feedback.withholding import enough, rounded, shown, shown_count, shown_status

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from iecareer.feedback.policy import DisclosurePolicy
    from iecareer.feedback.rules import TableRule


def mart_columns(connection: DuckDBPyConnection, rule: TableRule, table: str) -> str:
    """Select list of the rule's columns in ``schema.table``; optional ones that are absent become null.

    Raises
    ------
    IecareerError
        When the mart is missing or lacks a column of the rule.
    """
    present = set(columns_of(connection, table))
    if not present:
        raise IecareerError(f"The build has no table {table}.", next_step="Build the marts first.")
    wanted = dict.fromkeys([*rule.grain, *rule.counts, *rule.values])
    has_status = "status" in present
    missing = sorted(set(wanted) - present - set(rule.optional))
    if missing:
        raise IecareerError(f"{table} lacks {', '.join(missing)}.", next_step="Build the marts again.")
    listed = [name if name in present else f"null::double as {name}" for name in wanted]
    return ", ".join([*listed, "status" if has_status else "'ok' as status"])


def guarded(source: str, rule: TableRule, policy: DisclosurePolicy) -> str:
    """SELECT over `source` (the rule's columns and status) that withholds values based on too few graduates.

    A row that is ``ok`` in the mart becomes ``too_few`` below the minimum. Values are null unless ``ok``; a
    count below the rate minimum is always null, because it could identify a few people.
    """
    is_enough = enough(rule.guard, getattr(policy, rule.minimum))
    keep = f"status = 'ok' and {is_enough}"
    values = [f"{shown(_rounded(name, rule, policy), keep)} as {name}" for name in rule.values]
    counts = [f"{shown_count(name, policy.min_n_rate)} as {name}" for name in rule.counts]
    status = f"{shown_status(is_enough)} as status"
    passed = [name for name in rule.grain if name not in rule.counts]
    extra = ["n_cohorts"] if rule.money else []
    return f"select {', '.join([*passed, *extra, *counts, *values, status])} from ({source})"


def _rounded(name: str, rule: TableRule, policy: DisclosurePolicy) -> str:
    return rounded(name, policy.wage_rounding_cny) if name in rule.money else name


def pooled_wages(single: str, pooled: str | None, policy: DisclosurePolicy) -> str:
    """SELECT that pools, per program-cohort, the smallest number of cohorts that reaches the wage minimum.

    Parameters
    ----------
    single, pooled : str
        SELECTs of single cohorts, and of two or three pooled cohorts up to that cohort (column ``n_cohorts``).
    """
    rows = f"select 1 as n_cohorts, * from ({single})"
    if pooled:
        rows += f" union all by name select * from ({pooled}) where n_cohorts <= {policy.max_pooled_cohorts}"
    keys = "institution_code, program_code, cohort_year, measure"
    # If no pooled row reaches the minimum, the cell keeps its row of one cohort.
    return f"""select * from ({rows})
        qualify row_number() over (partition by {keys} order by n >= {policy.min_n_wage} desc, n_cohorts) = 1
          and bool_or(n_cohorts = 1) over (partition by {keys})"""
