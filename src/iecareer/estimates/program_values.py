"""What is known of each program and cohort: one row per indicator, from counts and sums alone.

In come the marts, and pay and graduates of the intermediate layer; out goes a frame without any row of a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.quantiles import NORMAL_975

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from iecareer.estimates.policy import EstimatePolicy

SHARES = ("retention", "job_match")

# Of people followed for less than the horizon a part counts: as many as give Greenwood's variance to the share.
# The log-log interval tells that variance: its lower end is S to the power of exp(z · √variance / (S · |ln S|)).
VALUES = """
with retention as (
    select
        'retention' as indicator, institution_code, program_code, cohort_year, n, retention as value,
        case
            when ci_low > 0 and ci_low < retention
                then (1 - retention) / retention / (ln(ln(ci_low) / ln(retention)) / $z * ln(retention)) ** 2
            else greatest(n_at_risk, n_events)
        end as n_effective,
        0.0 as squares, 0 as n_limits
    from marts.msr_retention
    where horizon_months = $horizon and status = 'ok'
),
job_match as (
    select
        'job_match', institution_code, program_code, cohort_year, n, share, n::double, 0.0, 0
    from marts.msr_job_match
    where
        definition = 'normative' and fit = 'core_or_related' and weighting = 'unweighted'
        and wave_months = $wave and status = 'ok'
),
starting_pay as (
    select
        'starting_pay', graduate.institution_code, graduate.program_code, graduate.cohort_year, count(*),
        avg(ln(pay.real_salary_month_cny)), count(*)::double, var_pop(ln(pay.real_salary_month_cny)) * count(*),
        sum(greatest(pay.is_at_floor, pay.is_at_cap))
    from intermediate.int_starting_salary as pay
    inner join intermediate.int_graduate as graduate using (graduate_id)
    where pay.measure = 'register' and pay.real_salary_month_cny > 0
    group by graduate.institution_code, graduate.program_code, graduate.cohort_year
),
level as (
    select institution_code, program_code, cohort_year, study_level
    from intermediate.int_graduate
    group by institution_code, program_code, cohort_year, study_level
    qualify row_number() over (
        partition by institution_code, program_code, cohort_year order by count(*) desc, study_level
    ) = 1
)
select
    found.indicator, found.institution_code, found.program_code, found.cohort_year, level.study_level,
    found.n, found.value, found.n_effective, found.squares, found.n_limits > $limit_share * found.n as is_limited
from (from retention union all from job_match union all from starting_pay) as found
inner join level using (institution_code, program_code, cohort_year)
where found.n_effective > 0
order by all
"""


def read_values(connection: duckdb.DuckDBPyConnection, policy: EstimatePolicy) -> pd.DataFrame:
    """One row per indicator, institution, program and cohort, in an order that does not depend on that of rows.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A build with its intermediate layer and its marts.

    Returns
    -------
    DataFrame
        ``value`` is a share 0-1, or for ``starting_pay`` the mean log of real CNY per month; ``n_effective`` are
        the people behind it, ``squares`` the sum of squares about it, and ``is_limited`` says that too many
        stand at the limits of the contribution base.
    """
    return connection.execute(
        VALUES,
        {
            "z": NORMAL_975,
            "horizon": int(policy.headline_horizon_months),
            "wave": int(policy.headline_wave_months),
            "limit_share": policy.limit_share_max,
        },
    ).df()
