"""One row per institution: the numbers a principal reads first.

Roll-ups add counts of graduates, never shares. Medians of pay are not rolled up: the summary says how many
programs stand above or below their peers. A roll-up leaves the programs below the minimum out when together
they would be fewer than the minimum: the difference to the published programs would otherwise name them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.peers import other_institutions
from iecareer.feedback.withholding import counted, enough, shown, shown_status
from iecareer.quantiles import NORMAL_975

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from iecareer.feedback.policy import DisclosurePolicy

MATCH = "definition = 'normative' and fit = 'core_or_related' and weighting = 'unweighted'"
ROLLED_UP = {
    "response": ("msr_response", "response_rate", "true"),
    "placement": ("msr_employment", "share", "definition = 'moe_2024'"),
    "register": ("msr_employment", "share", "definition = 'register'"),
    "match": ("msr_job_match", "share", MATCH),
}
INDICATORS = (*ROLLED_UP, "retention")
FACTS = ("cohort_year", "n", "n_programs", "share", "ci_low", "ci_high", "n_peers", "peer_median", "status")


def prepare_summary(connection: DuckDBPyConnection, policy: DisclosurePolicy) -> None:
    """Write ``feedback.summary``: columns ``<indicator>_<fact>``, then pay and proposals for review."""
    parts = [_rolled_up(name, *how, policy) for name, how in ROLLED_UP.items()]
    parts.append(_retention(policy))
    union = " union all by name ".join(parts)
    connection.execute(f"create or replace temp table headline as {union}")
    wide = ", ".join(
        f"max({fact}) filter (indicator = '{name}') as {name}_{fact}" for name in INDICATORS for fact in FACTS
    )
    connection.execute(f"""create or replace table feedback.summary as
        with facts as (select institution_code, {wide} from headline group by 1),
        programs as (select institution_code, count(distinct program_code) as n_programs
          from feedback.response group by 1),
        pay as ({_pay()}),
        proposals as (select institution_code, count(*) as flag_n_programs,
          count(*) filter (is_flagged) as flag_n_flagged from feedback.program_flag group by 1),
        differential as ({_differential()})
        select i.institution_code, i.institution_name, programs.n_programs,
          facts.* exclude (institution_code),
          pay.* exclude (institution_code),
          coalesce(flag_n_programs, 0) as flag_n_programs, coalesce(flag_n_flagged, 0) as flag_n_flagged,
          differential.* exclude (institution_code)
        from feedback.institution i left join programs using (institution_code)
          left join facts using (institution_code) left join pay using (institution_code)
          left join proposals using (institution_code)
          left join differential using (institution_code) order by 1""")
    connection.execute("drop table headline")


def _rolled_up(name: str, mart: str, value: str, where: str, policy: DisclosurePolicy) -> str:
    """SELECT of one indicator at the headline wave: the newest cohort with enough graduates."""
    least = policy.min_n_rate
    is_enough = enough("n", least)
    facts = ", ".join(f"{shown(fact, is_enough)} as {fact}" for fact in ("n", "share", "ci_low", "ci_high"))
    return f"""select '{name}' as indicator, institution_code, cohort_year, n_programs,
        {facts}, {shown_status(is_enough)} as status, n_peers, peer_median
      from (with cells as (
          select institution_code, cohort_year, n, n * {value} as k
          from marts.{mart} where program_code is not null and cohort_year is not null and {value} is not null
            and wave_months = {policy.headline_wave_months} and {where}),
        sums as (select institution_code, cohort_year,
            coalesce(sum(n) filter (is_counted), 0)::bigint as n,
            coalesce(sum(k) filter (is_counted), 0) as k, count(*) filter (is_counted) as n_programs
          from (select *, {counted("n", least, "institution_code, cohort_year")} as is_counted from cells)
          group by all),
        shares as (select *, k / nullif(n, 0) as share, {_wilson(-1)} as ci_low, {_wilson(1)} as ci_high
          from sums),
        shown as (select *, {shown("share", is_enough)} as shown_share from shares),
        others as ({other_institutions("shown", "cohort_year", "shown_share", policy.min_peers)})
        select shares.*, 'ok' as status, others.n_peers, others.peer_median
        from shares left join others using (institution_code, cohort_year)
        qualify row_number() over (partition by institution_code
          order by n >= {least} desc, cohort_year desc) = 1)"""


def _wilson(side: int) -> str:
    """Wilson bound of k out of n, below (−1) or above (+1)."""
    z = repr(NORMAL_975)
    spread = f"{z} * sqrt(greatest(k / n * (1 - k / n), 0) / n + {z} * {z} / (4 * n * n))"
    sign = "+" if side > 0 else "-"
    return f"case when n > 0 then (k / n + {z} * {z} / (2 * n) {sign} {spread}) / (1 + {z} * {z} / n) end"


def _retention(policy: DisclosurePolicy) -> str:
    """SELECT of the institution's own curve at the headline horizon, all cohorts together."""
    return f"""select 'retention' as indicator, institution_code, null::bigint as cohort_year,
        null::bigint as n_programs, n_at_risk as n, retention as share, ci_low, ci_high, status, n_peers,
        peer_median
      from feedback.retention_curve where program_code is null and cohort_year is null
        and months = {policy.headline_horizon_months}"""


def _pay() -> str:
    """SELECT of pay: each program's newest published median beside its peers, from the best measure."""
    return """select institution_code, any_value(measure) as pay_measure, count(*) as pay_n_programs,
        sum(n)::bigint as pay_n, count(*) filter (p50 > peer_median) as pay_n_above,
        count(*) filter (p50 < peer_median) as pay_n_below,
        count(peer_median) as pay_n_compared, min(p50) as pay_low, max(p50) as pay_high
      from (select * from feedback.starting_salary where status = 'ok' and program_code is not null
        qualify row_number() over (partition by institution_code, program_code, measure
          order by cohort_year desc) = 1)
      group by institution_code, measure
      qualify row_number() over (partition by institution_code
        order by array_position(['register', 'survey', 'reported'], measure)) = 1"""


def _differential() -> str:
    """SELECT of the institution against non-cooperative ones, all cohorts together."""
    return """select institution_code, percent as differential_percent, exp(ci_low) - 1 as differential_low,
        exp(ci_high) - 1 as differential_high, status as differential_status
      from feedback.salary_differential
      where scope = 'institution' and method = 'stratified' and cohort_year is null
      qualify row_number() over (partition by institution_code
        order by array_position(['register', 'survey', 'reported'], measure)) = 1"""
