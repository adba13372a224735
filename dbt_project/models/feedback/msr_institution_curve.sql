{{ config(schema='indicators') }}
with

curve as (

    select * from {{ ref('msr_retention_curve') }}
    where scope = 'program' and cohort_year is not null

),

-- because of open months it is uncertain who stayed this long
unobserved as (

    select
        institution_code,
        months
    from {{ ref('msr_retention_curve') }}
    where scope = 'institution' and cohort_year is null and status = 'not_observed'

),

policy as (

    select max(value) as min_n_at_risk
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_disclosure' and name = 'min_n_at_risk'

),

cell as (

    select
        institution_code,
        program_code,
        cohort_year,
        max(n_at_risk) as n
    from curve
    group by institution_code, program_code, cohort_year

),

judged as (

    select
        cell.*,
        {{ may_be_summed('cell.n', 'policy.min_n_at_risk', 'cell.institution_code') }} as is_summed
    from cell
    cross join policy

),

summed as (

    select
        curve.institution_code,
        curve.months,
        cast(sum(curve.n_at_risk) as bigint) as n_at_risk,
        cast(sum(curve.n_events) as bigint) as n_events
    from curve
    inner join judged
        on
            curve.institution_code = judged.institution_code
            and curve.program_code = judged.program_code
            and curve.cohort_year = judged.cohort_year
    where judged.is_summed
    group by curve.institution_code, curve.months
    having sum(curve.n_at_risk) > 0

),

step as (

    {{ product_limit('summed', 'institution_code') }}

),

final as (

    select
        step.institution_code,
        step.months,
        step.n_at_risk,
        step.survival as retention,
        {{ retention_interval('step.survival', 'step.greenwood_sum', 'policy.normal_quantile', '') }} as ci_low,
        {{ retention_interval('step.survival', 'step.greenwood_sum', 'policy.normal_quantile', '-') }} as ci_high
    from step
    cross join {{ ref('int_policy') }} as policy
    left join unobserved
        on
            step.institution_code = unobserved.institution_code
            and step.months = unobserved.months
    where unobserved.institution_code is null

)

select * from final
