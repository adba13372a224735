with

starting_salary as (

    select * from {{ ref('int_starting_salary') }}
    where measure in ('register', 'reported') and real_salary_month_cny is not null

),

first_spell as (

    select * from {{ ref('int_first_spell') }}

),

early_pay as (

    select * from {{ ref('int_early_pay') }}
    where real_pay_cny is not null

),

-- the province of the first counted month is the workplace
workplace as (

    select
        first_spell.graduate_id,
        min_by(early_pay.province_code, early_pay.paid_month) as province_code
    from first_spell
    inner join early_pay
        on
            first_spell.graduate_id = early_pay.graduate_id
            and first_spell.enterprise_code = early_pay.enterprise_code
    group by first_spell.graduate_id

),

final as (

    select
        starting_salary.*,
        graduate.cohort_year,
        workplace.province_code
    from starting_salary
    inner join workplace on starting_salary.graduate_id = workplace.graduate_id
    inner join {{ ref('int_graduate') }} as graduate on starting_salary.graduate_id = graduate.graduate_id

)

select * from final
