with

salary as (

    select * from {{ ref('int_starting_salary') }}
    where measure = 'register' and salary_month_cny > 0

),

graduate as (

    select * from {{ ref('int_graduate') }}

),

-- not deflated: the base year of prices would tell past years about later prices, and peers share their cohort
final as (

    select
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        cast(count(*) as int) as n,
        avg(ln(salary.salary_month_cny)) as log_pay
    from salary
    inner join graduate on salary.graduate_id = graduate.graduate_id
    group by graduate.institution_code, graduate.program_code, graduate.cohort_year

)

select * from final
