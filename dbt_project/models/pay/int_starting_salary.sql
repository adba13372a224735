with

first_spell as (

    select * from {{ ref('int_first_spell') }}

),

early_pay as (

    select * from {{ ref('int_early_pay') }}

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

    select * from {{ ref('int_policy') }}

),

-- a limit of the contribution base is valid from July (month 6 of 0-11) to June
by_spell as (

    select
        first_spell.graduate_id,
        case when first_spell.basis = 'month' then 'register' else 'reported' end as measure,
        avg(early_pay.pay_cny) as salary_month_cny,
        avg(early_pay.real_pay_cny) as real_salary_month_cny,
        max(case when first_spell.basis = 'month' and early_pay.pay_cny <= region_year.base_floor then 1 else 0 end)
            as is_at_floor,
        max(case when first_spell.basis = 'month' and early_pay.pay_cny >= region_year.base_cap then 1 else 0 end)
            as is_at_cap,
        max(case when first_spell.is_after_open_month then 1 else 0 end) as is_after_open_month
    from first_spell
    inner join early_pay
        on
            first_spell.graduate_id = early_pay.graduate_id
            and first_spell.enterprise_code = early_pay.enterprise_code
    left join region_year
        on
            early_pay.province_code = region_year.region_code
            and region_year.year = cast(floor((early_pay.paid_month - 6) / 12.0) as int)
    where early_pay.real_pay_cny is not null
    group by first_spell.graduate_id, first_spell.basis

),

by_survey as (

    select
        due_wave.graduate_id,
        'survey' as measure,
        due_wave.monthly_income as salary_month_cny,
        due_wave.monthly_income * deflator.deflator as real_salary_month_cny,
        0 as is_at_floor,
        0 as is_at_cap,
        0 as is_after_open_month
    from due_wave
    cross join policy
    inner join deflator
        on
            due_wave.province_code = deflator.province_code
            and deflator.year = year(due_wave.responded_on)
    where
        due_wave.wave_months = policy.survey_salary_wave_months
        and due_wave.activity = 'employed'
        and due_wave.weekly_hours >= policy.survey_salary_min_hours
        and due_wave.monthly_income is not null

),

final as (

    select * from by_spell
    union all
    select * from by_survey

)

select * from final
