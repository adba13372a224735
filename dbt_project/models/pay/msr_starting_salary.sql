{{ config(
    schema='indicators', materialized=in_parts(), post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']
) }}
with

-- quantiles come from the values of all people of the roll-up, never from averages of quantiles
salary as (

    select
        rollup_member.rollup_id,
        starting_salary.*
    from {{ ref('int_starting_salary') }} as starting_salary
    inner join {{ ref('int_rollup_member') }} as rollup_member
        on starting_salary.graduate_id = rollup_member.graduate_id
    where
        starting_salary.real_salary_month_cny is not null
        and {{ each_scope('rollup_member.scope') }}

),

{{ pay_statistics('salary', ['rollup_id', 'measure'], 'real_salary_month_cny', 'is_after_open_month') }}, -- noqa: LT02

final as (

    {{ with_rollup('indicator', [
        'measure', 'n', 'p25', 'p50', 'p75', 'mean', 'share_floor', 'share_cap', 'status'
    ], ref('int_every_rollup')) }}

)

select * from final
