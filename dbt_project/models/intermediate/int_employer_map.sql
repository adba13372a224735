with

step_0 as (

    select
        predecessor_code as enterprise_code,
        successor_code as mapped_code
    from {{ ref('stg_employer_succession') }}

),

-- ten doublings follow up to 1,024 successions: what is still pending then runs in a circle
{{ follow_chain(10) }}, -- noqa: LT02

circle as (

    select
        count(*) as n_pending,
        string_agg(distinct pending.mapped_code, ', ') as circle_codes
    from step_10 as pending
    inner join step_0 on pending.mapped_code = step_0.enterprise_code

),

final as (

    select
        step_10.enterprise_code,
        step_10.mapped_code
    from step_10
    cross join circle
    where
        case
            when circle.n_pending = 0 then true
            else {{ raise_error("'employer_succession runs in a circle: ' || circle.circle_codes") }}
        end

)

select * from final
