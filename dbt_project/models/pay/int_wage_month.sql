with

graduate as (

    select * from {{ ref('int_graduate') }}

),

employment_month as (

    select * from {{ ref('int_employment_month') }}

),

job_report as (

    select * from {{ ref('int_job_report') }}

),

observation as (

    select t_obs_month from {{ ref('int_observation') }}

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'wage_horizon_months'

),

series as (

    {{ integers(24) }}

),

-- the months of a horizon that the graduate row owns, all or none of them
wage_month as (

    select
        graduate.graduate_id,
        graduate.person_key,
        graduate.province_code,
        horizon.horizon_months,
        graduate.graduation_month + horizon.horizon_months + series.number as paid_month,
        graduate.graduation_month + horizon.horizon_months + policy.starting_pay_months - 1 as last_month
    from graduate
    cross join horizon
    cross join {{ ref('int_policy') }} as policy
    inner join series on policy.starting_pay_months > series.number
    where
        graduate.next_graduation_month is null
        or graduate.graduation_month + horizon.horizon_months + policy.starting_pay_months
        <= graduate.next_graduation_month

),

paid as (

    select
        wage_month.graduate_id,
        wage_month.horizon_months,
        wage_month.paid_month,
        'register' as measure,
        employment_month.enterprise_code,
        employment_month.contribution_base as pay_cny,
        {{ province('employment_month.region_code') }} as province_code
    from wage_month
    inner join observation on wage_month.last_month <= observation.t_obs_month
    inner join employment_month
        on
            wage_month.graduate_id = employment_month.graduate_id
            and wage_month.paid_month = employment_month.insured_month
    union all
    select
        wage_month.graduate_id,
        wage_month.horizon_months,
        wage_month.paid_month,
        'reported' as measure,
        job_report.enterprise_code,
        job_report.monthly_wage as pay_cny,
        coalesce(job_report.province_code, wage_month.province_code) as province_code
    from wage_month
    inner join job_report
        on
            wage_month.person_key = job_report.person_key
            and wage_month.paid_month >= job_report.start_month
            and wage_month.paid_month <= job_report.end_month
    where job_report.monthly_wage is not null

)

select * from paid
