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

series as (

    {{ integers(24) }}

),

early_month as (

    select
        first_spell.graduate_id,
        first_spell.basis,
        first_spell.enterprise_code,
        first_spell.start_month,
        first_spell.start_month + series.number as paid_month
    from {{ ref('int_first_spell') }} as first_spell
    cross join {{ ref('int_policy') }} as policy
    inner join series
        on
            policy.starting_pay_months > series.number
            and first_spell.start_month + series.number <= first_spell.end_month

),

paid as (

    select
        early_month.*,
        employment_month.contribution_base as pay_cny,
        {{ province('employment_month.region_code') }} as province_code,
        1 as newest_first
    from early_month
    inner join employment_month
        on
            early_month.graduate_id = employment_month.graduate_id
            and early_month.enterprise_code = employment_month.enterprise_code
            and early_month.paid_month = employment_month.insured_month
    inner join graduate on early_month.graduate_id = graduate.graduate_id
    inner join {{ ref('int_institution_month') }} as institution_month
        on
            graduate.institution_code = institution_month.institution_code
            and early_month.paid_month = institution_month.month_number
    where
        early_month.basis = 'month'
        and not institution_month.is_open
    union all
    select
        early_month.*,
        job_report.monthly_wage as pay_cny,
        coalesce(job_report.province_code, graduate.province_code) as province_code,
        {{ newest_report_first('early_month.graduate_id, early_month.paid_month', 'job_report') }} as newest_first
    from early_month
    inner join graduate on early_month.graduate_id = graduate.graduate_id
    inner join job_report
        on
            graduate.person_key = job_report.person_key
            and early_month.enterprise_code = job_report.enterprise_code
            and early_month.paid_month >= job_report.start_month
            and early_month.paid_month <= job_report.end_month
    where early_month.basis = 'spell'

),

-- pay from merged employers in one month is added up; if one part has no price index, real pay is null
final as (

    select
        paid.graduate_id,
        paid.basis,
        paid.enterprise_code,
        paid.start_month,
        paid.paid_month,
        min(paid.province_code) as province_code,
        sum(paid.pay_cny) as pay_cny,
        case when count(*) = count(deflator.deflator) then sum(paid.pay_cny * deflator.deflator) end as real_pay_cny
    from paid
    left join {{ ref('int_deflator') }} as deflator
        on
            paid.province_code = deflator.province_code
            and deflator.year = cast(floor(paid.paid_month / 12.0) as int)
    where paid.newest_first = 1 and paid.pay_cny is not null
    group by paid.graduate_id, paid.basis, paid.enterprise_code, paid.start_month, paid.paid_month

)

select * from final
