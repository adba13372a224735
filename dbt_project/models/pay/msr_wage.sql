{{ config(
    schema='indicators', materialized=in_parts(), post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']
) }}
with

-- quantiles come from the values of all people of the roll-up, never from averages of quantiles
wage as (

    select
        rollup_member.rollup_id,
        wage.*
    from {{ ref('int_wage') }} as wage
    inner join {{ ref('int_rollup_member') }} as rollup_member on wage.graduate_id = rollup_member.graduate_id
    where {{ each_scope('rollup_member.scope') }}

),

{{ pay_statistics('wage', ['rollup_id', 'measure', 'horizon_months'], 'real_wage_month_cny') }}, -- noqa: LT02

final as (

    {{ with_rollup('indicator', [
        'measure', 'horizon_months', 'n', 'p25', 'p50', 'p75', 'mean', 'share_floor', 'share_cap', 'status'
    ], ref('int_every_rollup')) }}

)

select * from final
