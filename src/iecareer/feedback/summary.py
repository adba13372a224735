"""The summary: one row per institution with the headline numbers of its page.

Rates and the retention curve of an institution come from models that leave out small programs if a reader could
recover them by subtraction. Medians of pay are not pooled: the summary counts programs above and below their peers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.peers import other_institutions
from iecareer.feedback.withholding import enough, shown

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from iecareer.feedback.policy import DisclosurePolicy

INDICATORS = ("response", "placement", "register", "known", "match", "retention")
FACTS = ("cohort_year", "n", "n_programs", "share", "ci_low", "ci_high", "n_peers", "peer_median", "status")


def prepare_summary(connection: DuckDBPyConnection, policy: DisclosurePolicy) -> None:
    """Write ``feedback.summary``: columns ``<indicator>_<fact>``, then pay and proposals for review."""
    headline = f"({_rates(policy)}) union all by name ({_retention(policy)})"
    connection.execute(f"create or replace temp table headline as {headline}")
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


def _rates(policy: DisclosurePolicy) -> str:
    """SELECT of the rates at the headline wave, each from the newest cohort with enough graduates."""
    least = policy.min_n_rate
    is_enough = enough("n", least)
    facts = ", ".join(f"{shown(fact, is_enough)} as {fact}" for fact in ("n", "share", "ci_low", "ci_high"))
    others = other_institutions("rate", ("indicator", "cohort_year"), "shown_share", policy.min_peers)
    return f"""with rate as (
          select *, {shown("share", is_enough)} as shown_share from indicators.msr_institution_rate),
        others as ({others}),
        newest as (
          from rate qualify row_number() over (partition by indicator, institution_code
            order by {is_enough} desc, cohort_year desc) = 1)
        select indicator, institution_code, cohort_year, n_programs, {facts},
          case when {is_enough} then 'ok' else 'too_few' end as status, n_peers, peer_median
        from newest left join others using (indicator, institution_code, cohort_year)"""


def _retention(policy: DisclosurePolicy) -> str:
    """SELECT of the institution's retention at the headline horizon, all cohorts together."""
    return f"""select 'retention' as indicator, institution_code, null::bigint as cohort_year,
        null::bigint as n_programs, n_at_risk as n, retention as share, ci_low, ci_high, status, n_peers,
        peer_median
      from feedback.retention_curve where program_code is null and cohort_year is null
        and months = {policy.headline_horizon_months}"""


def _pay() -> str:
    """SELECT of pay: each program's newest published median compared with its peers, from the best measure."""
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
    """SELECT of the institution's salary differential, all cohorts together."""
    return """select institution_code, percent as differential_percent, exp(ci_low) - 1 as differential_low,
        exp(ci_high) - 1 as differential_high, status as differential_status
      from feedback.salary_differential
      where scope = 'institution' and method = 'stratified' and cohort_year is null
      qualify row_number() over (partition by institution_code
        order by array_position(['register', 'survey', 'reported'], measure)) = 1"""
