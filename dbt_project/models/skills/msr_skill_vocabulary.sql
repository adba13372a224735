with

policy as (

    select * from {{ ref('int_policy') }}

),

reached as (

    select * from {{ ref('int_skill_window') }}
    where program_code <> 'all'

),

judged as (

    select
        reached.*,
        case
            when {{ is_below('reached.n_eff', 'policy.skill_min_effective') }} then 'too_few'
            when {{ is_above('coalesce(reached.outside_share, 1.0)', 'policy.skill_max_outside') }} then 'not_judged'
            else 'ok'
        end as status
    from reached
    cross join policy

),

final as (

    select
        program_code,
        year,
        n_postings,
        n_asked,
        case when status <> 'too_few' then outside_share end as outside_share,
        status
    from judged

)

select * from final
