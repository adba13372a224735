{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

at_horizon as (

    select * from {{ ref('int_retention_horizon') }}

),

policy as (

    select * from {{ ref('int_policy') }}

),

observed as (

    select
        at_horizon.*,
        policy.normal_quantile,
        case when at_horizon.horizon_months <= at_horizon.observed_months then at_horizon.retention end as s,
        case when policy.rmst_months <= at_horizon.observed_months then at_horizon.rmst end as rmst_60
    from at_horizon
    cross join policy

),

indicator as (

    select
        rollup_id,
        horizon_months,
        n,
        cast(n_events as bigint) as n_events,
        cast(n - n_left_before as bigint) as n_at_risk,
        s as retention,
        {{ retention_interval('s', 'greenwood_sum', 'normal_quantile', '') }} as ci_low,
        {{ retention_interval('s', 'greenwood_sum', 'normal_quantile', '-') }} as ci_high,
        rmst_60,
        case when s is null then 'not_observed' else 'ok' end as status
    from observed

),

final as (

    {{ with_rollup('indicator', [
        'horizon_months', 'n', 'n_events', 'n_at_risk', 'retention', 'ci_low', 'ci_high', 'rmst_60', 'status'
    ]) }}

)

select * from final
