with

policy as (

    select
        innovation_months,
        {{ month_number(as_of()) }} as as_of_month
    from {{ ref('int_policy') }}

),

-- the month of as_of is not over: neither its outputs nor its time count
final as (

    select
        graduate.graduate_id,
        graduate.person_key,
        graduate_cell.cell_id,
        graduate.graduation_month,
        least(
            graduate.graduation_month + policy.innovation_months,
            policy.as_of_month,
            coalesce(graduate.next_graduation_month, policy.as_of_month)
        ) as end_month
    from {{ ref('int_graduate') }} as graduate
    cross join policy
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on graduate.graduate_id = graduate_cell.graduate_id
    where graduate.graduation_month < policy.as_of_month

)

select * from final
