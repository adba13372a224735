with

due_wave as (

    select * from {{ ref('int_due_wave') }}

),

policy as (

    select normal_quantile from {{ ref('int_policy') }}

),

counted as (

    select
        institution_code,
        program_code,
        cohort_year,
        wave_months,
        count(*) as n,
        cast(sum(case when is_answered then 1 else 0 end) as bigint) as n_respondents
    from due_wave
    group by institution_code, program_code, cohort_year, wave_months

),

rate as (

    select
        *,
        cast(n_respondents as double) / n as response_rate
    from counted

),

final as (

    select
        rate.*,
        {{ wilson('rate.response_rate', 'rate.n', 'policy.normal_quantile', '-') }} as ci_low,
        {{ wilson('rate.response_rate', 'rate.n', 'policy.normal_quantile', '+') }} as ci_high,
        'ok' as status
    from rate
    cross join policy

)

select * from final
