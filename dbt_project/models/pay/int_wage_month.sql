{{ config(materialized=in_parts()) }}
{%- set month = 'wage_month.graduate_id, wage_month.horizon_months, wage_month.paid_month' -%}
with

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'wage_horizon_months'

),

series as (

    {{ integers(24) }}

),

-- a graduate's months of a horizon: kept only if all of them lie within the time of this graduation
wage_month as (

    select
        graduate.graduate_id,
        graduate.person_key,
        graduate.institution_code,
        graduate.province_code,
        horizon.horizon_months,
        graduate.graduation_month + horizon.horizon_months + series.number as paid_month,
        graduate.graduation_month + horizon.horizon_months as first_month,
        graduate.graduation_month + horizon.horizon_months + policy.starting_pay_months - 1 as last_month
    from {{ ref('int_graduate') }} as graduate
    cross join horizon
    cross join {{ ref('int_policy') }} as policy
    inner join series on policy.starting_pay_months > series.number
    where
        {{ each_part('graduate.graduate_id') }}
        and (
            graduate.next_graduation_month is null
            or graduate.graduation_month + horizon.horizon_months + policy.starting_pay_months
            <= graduate.next_graduation_month
        )

),

paid as (

    select
        wage_month.graduate_id,
        wage_month.horizon_months,
        wage_month.paid_month,
        'register' as measure,
        employment_month.enterprise_code,
        employment_month.contribution_base as pay_cny,
        {{ province('employment_month.region_code') }} as province_code,
        1 as newest_first
    from wage_month
    inner join {{ ref('int_institution_month') }} as institution_month
        on
            wage_month.institution_code = institution_month.institution_code
            and wage_month.last_month = institution_month.month_number
            and wage_month.first_month >= institution_month.observed_since_month
    inner join {{ ref('int_employment_month') }} as employment_month
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
        coalesce(job_report.province_code, wage_month.province_code) as province_code,
        {{ newest_report_first(month, 'job_report') }} as newest_first
    from wage_month
    inner join {{ ref('int_job_report') }} as job_report
        on
            wage_month.person_key = job_report.person_key
            and wage_month.paid_month >= job_report.start_month
            and wage_month.paid_month <= job_report.end_month
    left join {{ ref('int_graduate_window') }} as graduate_window
        on wage_month.graduate_id = graduate_window.graduate_id
    where
        not (job_report.is_insured_person and coalesce(graduate_window.is_start_observed, false))

),

final as (

    select
        graduate_id,
        horizon_months,
        paid_month,
        measure,
        enterprise_code,
        province_code,
        sum(pay_cny) as pay_cny
    from paid
    where newest_first = 1 and pay_cny is not null
    group by graduate_id, horizon_months, paid_month, measure, enterprise_code, province_code

)

select * from final
