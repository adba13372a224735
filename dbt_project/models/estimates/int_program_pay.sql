with

salary as (

    select
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        ln(starting_salary.real_salary_month_cny) as log_salary,
        greatest(starting_salary.is_at_floor, starting_salary.is_at_cap) as is_at_limit
    from {{ ref('int_starting_salary') }} as starting_salary
    inner join {{ ref('int_graduate') }} as graduate on starting_salary.graduate_id = graduate.graduate_id
    where starting_salary.measure = 'register' and starting_salary.real_salary_month_cny > 0

),

final as (

    select
        institution_code,
        program_code,
        cohort_year,
        count(*) as n,
        avg(log_salary) as mean_log_salary,
        var_pop(log_salary) * count(*) as squares,
        cast(sum(is_at_limit) as bigint) as n_limits
    from salary
    group by institution_code, program_code, cohort_year

)

select * from final
