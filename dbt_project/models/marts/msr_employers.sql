with

person as (

    select * from {{ ref('int_employer_count') }}

),

policy as (

    select normal_quantile from {{ ref('int_policy') }}

),

counted as (

    select
        institution_code,
        program_code,
        cohort_year,
        horizon_months,
        count(*) as n,
        cast(sum(n_employers) as bigint) as n_employers,
        cast(sum(case when n_employers = 1 then 1 else 0 end) as bigint) as n_one_employer
    from person
    group by institution_code, program_code, cohort_year, horizon_months

),

rate as (

    select
        *,
        cast(n_employers as double) / n as mean_employers,
        cast(n_one_employer as double) / n as share_one_employer
    from counted

),

final as (

    select
        rate.*,
        {{ wilson('rate.share_one_employer', 'rate.n', 'policy.normal_quantile', '-') }} as ci_low,
        {{ wilson('rate.share_one_employer', 'rate.n', 'policy.normal_quantile', '+') }} as ci_high,
        'ok' as status
    from rate
    cross join policy

)

select * from final
