with

wage_job as (

    select * from {{ ref('int_wage_job') }}

),

region_year as (

    select * from {{ ref('stg_region_year') }}

),

due_wave as (

    select * from {{ ref('int_due_wave') }}

),

deflator as (

    select * from {{ ref('int_deflator') }}

),

policy as (

    select survey_salary_min_hours from {{ ref('int_policy') }}

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'wage_horizon_months'

),

-- a limit of the contribution base is valid from July (month 6 of 0-11) to June
by_job as (

    select
        wage_job.graduate_id,
        wage_job.measure,
        wage_job.horizon_months,
        avg(wage_job.real_pay_cny) as real_wage_month_cny,
        max(case when wage_job.measure = 'register' and wage_job.pay_cny <= region_year.base_floor then 1 else 0 end)
            as is_at_floor,
        max(case when wage_job.measure = 'register' and wage_job.pay_cny >= region_year.base_cap then 1 else 0 end)
            as is_at_cap
    from wage_job
    left join region_year
        on
            wage_job.province_code = region_year.region_code
            and region_year.year = cast(floor((wage_job.paid_month - 6) / 12.0) as int)
    group by wage_job.graduate_id, wage_job.measure, wage_job.horizon_months

),

by_survey as (

    select
        due_wave.graduate_id,
        'survey' as measure,
        due_wave.wave_months as horizon_months,
        due_wave.monthly_income * deflator.deflator as real_wage_month_cny,
        0 as is_at_floor,
        0 as is_at_cap
    from due_wave
    cross join policy
    inner join horizon on due_wave.wave_months = horizon.horizon_months
    inner join deflator
        on
            due_wave.province_code = deflator.province_code
            and deflator.year = year(due_wave.responded_on)
    where
        due_wave.activity = 'employed'
        and due_wave.weekly_hours >= policy.survey_salary_min_hours
        and due_wave.monthly_income is not null

),

final as (

    select * from by_job
    union all
    select * from by_survey

)

select * from final
