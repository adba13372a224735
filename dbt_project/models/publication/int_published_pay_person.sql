with

starting as (

    select
        'starting_salary' as table_name,
        starting_salary.measure,
        0 as months,
        starting_salary.graduate_id,
        starting_salary.real_salary_month_cny as pay_cny,
        starting_salary.is_at_floor,
        starting_salary.is_at_cap,
        starting_salary.is_after_open_month as is_uncertain,
        workplace.province_code
    from {{ ref('int_starting_salary') }} as starting_salary
    left join {{ ref('int_workplace') }} as workplace
        on
            starting_salary.graduate_id = workplace.graduate_id
            and starting_salary.measure = workplace.measure
    where starting_salary.real_salary_month_cny is not null

),

later as (

    select
        'wage' as table_name,
        measure,
        horizon_months as months,
        graduate_id,
        real_wage_month_cny as pay_cny,
        is_at_floor,
        is_at_cap,
        0 as is_uncertain,
        cast(null as string) as province_code
    from {{ ref('int_wage') }}
    where real_wage_month_cny is not null

),

paid as (

    select * from starting
    union all
    select * from later

),

final as (

    select
        paid.*,
        graduate_cell.cell_id,
        graduation_number.publication_number
    from paid
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on paid.graduate_id = graduate_cell.graduate_id
    inner join {{ ref('int_graduation_number') }} as graduation_number
        on paid.graduate_id = graduation_number.graduate_id

)

select * from final
