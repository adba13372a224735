with

starting_salary as (

    select * from {{ ref('int_starting_salary') }}
    where real_salary_month_cny > 0

),

policy as (

    select survey_salary_wave_months from {{ ref('int_policy') }}

),

wage as (

    select int_wage.* from {{ ref('int_wage') }} as int_wage
    inner join policy on int_wage.horizon_months > policy.survey_salary_wave_months

),

-- each wage is compared with the same person's starting salary
final as (

    select
        wage.graduate_id,
        wage.measure,
        wage.horizon_months,
        {{ exactly('wage.real_wage_month_cny / starting_salary.real_salary_month_cny', '1.0') }} - 1.0 as growth,
        greatest(wage.is_at_floor, wage.is_at_cap, starting_salary.is_at_floor, starting_salary.is_at_cap)
            as is_at_limit
    from wage
    inner join starting_salary
        on
            wage.graduate_id = starting_salary.graduate_id
            and wage.measure = starting_salary.measure

)

select * from final
