"""The institution's own retention curve, all programs and cohorts together, from counts by month.

Kaplan-Meier with the log-log Greenwood interval on the summed d_t and n_t, never an average of curves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.withholding import counted
from iecareer.quantiles import NORMAL_975

if TYPE_CHECKING:
    from iecareer.feedback.policy import DisclosurePolicy

MART = "marts.msr_retention_curve"
_CELLS = "program_code is not null and program_code <> '' and cohort_year is not null"


def curve_cells(columns: str) -> str:
    """SELECT of the program-cohorts' curves alone: other roll-ups would tell hidden cells by subtraction."""
    return f"select {columns} from {MART} where {_CELLS}"


def institution_curve(policy: DisclosurePolicy) -> str:
    """SELECT of one curve per institution, program and cohort empty.

    Program-cohorts below the minimum stay out when together they would be fewer than the minimum, because the
    difference to the published curves would otherwise name them.
    """
    # 1 - d/n is 0 where everybody left: its logarithm is guarded, since survival then stays 0.
    return f"""with cells as (
          select institution_code, program_code, cohort_year, max(n_at_risk) as n
          from {MART} where {_CELLS} group by all),
        published as (from cells qualify {counted("n", policy.min_n_at_risk, "institution_code")}),
        months as (select institution_code, months, sum(n_at_risk) as n, sum(n_events) as d
          from {MART} inner join published using (institution_code, program_code, cohort_year)
          group by 1, 2 having sum(n_at_risk) > 0),
        steps as (select *, max((d >= n)::int) over so_far as is_zero,
            sum(case when d < n then ln(1 - d / n) else 0 end) over so_far as log_s,
            sum(case when d < n then d / (n * (n - d)) else 0 end) over so_far as greenwood
          from months window so_far as (partition by institution_code order by months)),
        curve as (select *, case when is_zero = 1 then 0 else exp(log_s) end as s,
            case when is_zero = 0 and log_s < 0 then {NORMAL_975!r} * sqrt(greenwood) / abs(log_s) end as spread
          from steps)
        select institution_code, null::varchar as program_code, null::bigint as cohort_year, months,
          n::bigint as n_at_risk, s as retention,
          s ** exp(spread) as ci_low, s ** exp(-spread) as ci_high, 'ok' as status from curve"""
