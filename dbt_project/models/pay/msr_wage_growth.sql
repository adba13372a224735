{{ config(
    schema='indicators', materialized=in_parts(), post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']
) }}
with

grown as (

    select
        rollup_member.rollup_id,
        wage_growth.*
    from {{ ref('int_wage_growth') }} as wage_growth
    inner join {{ ref('int_rollup_member') }} as rollup_member
        on wage_growth.graduate_id = rollup_member.graduate_id
    where {{ each_scope('rollup_member.scope') }}

),

statistics as (

    select
        rollup_id,
        measure,
        horizon_months,
        count(*) as n,
        sum(is_at_limit) as n_limit,
        {{ quartiles('growth') }} as quartiles,
        avg(growth) as mean
    from grown
    group by rollup_id, measure, horizon_months

),

judged as (

    select
        statistics.*,
        statistics.n_limit <= policy.limit_share_max * statistics.n as is_given
    from statistics
    cross join {{ ref('int_policy') }} as policy

),

indicator as (

    select
        rollup_id,
        measure,
        horizon_months,
        n,
        case when is_given then {{ quartile('quartiles', 1) }} end as p25,
        case when is_given then {{ quartile('quartiles', 2) }} end as p50,
        case when is_given then {{ quartile('quartiles', 3) }} end as p75,
        case when is_given then mean end as mean,
        case when measure = 'register' then cast(n_limit as double) / n end as share_limit,
        case when is_given then 'ok' else 'not_comparable' end as status
    from judged

),

final as (

    {{ with_rollup('indicator', [
        'measure', 'horizon_months', 'n', 'p25', 'p50', 'p75', 'mean', 'share_limit', 'status'
    ], ref('int_every_rollup')) }}

)

select * from final
