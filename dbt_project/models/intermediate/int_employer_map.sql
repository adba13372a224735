{#- Ten doublings follow chains of up to 1,024 successions; a code still pending after them runs in a circle. -#}
{% set doublings = 10 %}
with

step_0 as (

    select
        predecessor_code as enterprise_code,
        successor_code as mapped_code
    from {{ ref('stg_employer_succession') }}

),
{% for i in range(doublings) %}
step_{{ i + 1 }} as (

    select
        here.enterprise_code,
        coalesce(there.mapped_code, here.mapped_code) as mapped_code
    from step_{{ i }} as here
    left join step_{{ i }} as there on here.mapped_code = there.enterprise_code

),
{% endfor %}
circle as (

    select
        count(*) as n_pending,
        string_agg(distinct pending.mapped_code, ', ') as circle_codes
    from step_{{ doublings }} as pending
    inner join step_0 on pending.mapped_code = step_0.enterprise_code

),

final as (

    select
        step_{{ doublings }}.enterprise_code,
        step_{{ doublings }}.mapped_code
    from step_{{ doublings }}
    cross join circle
    where
        case
            when circle.n_pending = 0 then true
            else {{ raise_error("'employer_succession runs in a circle: ' || circle.circle_codes || ' - correct one of these successions and land it again'") }}
        end

)

select * from final
