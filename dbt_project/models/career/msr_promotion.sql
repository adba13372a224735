{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
{% set cell = 'rollup_id, weighting' %}
with

step as (

    select
        *,
        min(still_waiting) over (partition by {{ cell }}) as last_waiting
    from {{ ref('int_promotion_step') }}

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'promotion_horizon_months'

),

policy as (

    select normal_quantile from {{ ref('int_policy') }}

),

-- as in retention: S is observed up to the longest time, or to the last due wave once it has reached 0
at_horizon as (

    select
        {{ cell }},
        horizon.horizon_months,
        max(step.n) as n,
        sum(case when step.months <= horizon.horizon_months then step.n_events else 0 end) as n_events,
        sum(case when step.months < horizon.horizon_months then step.n_leaving else 0 end) as n_left_before,
        coalesce(min(case when step.months <= horizon.horizon_months then step.still_waiting end), 1.0)
            as still_waiting,
        coalesce(max(case when step.months <= horizon.horizon_months then step.greenwood_sum end), 0.0)
            as greenwood_sum,
        max(case when step.last_waiting = 0 then step.follow_up_months else step.longest_months end) as observed_months
    from step
    cross join horizon
    group by {{ cell }}, horizon.horizon_months

),

observed as (

    select
        at_horizon.*,
        policy.normal_quantile,
        case when at_horizon.horizon_months <= at_horizon.observed_months then at_horizon.still_waiting end as s
    from at_horizon
    cross join policy

),

indicator as (

    select
        rollup_id,
        horizon_months,
        weighting,
        n,
        cast(n_events as bigint) as n_events,
        cast(n - n_left_before as bigint) as n_at_risk,
        1.0 - s as incidence,
        1.0 - {{ retention_interval('s', 'greenwood_sum', 'normal_quantile', '-') }} as ci_low,
        1.0 - {{ retention_interval('s', 'greenwood_sum', 'normal_quantile', '') }} as ci_high,
        case when s is null then 'not_observed' else 'ok' end as status
    from observed

),

final as (

    {{ with_rollup('indicator', [
        'horizon_months', 'weighting', 'n', 'n_events', 'n_at_risk', 'incidence', 'ci_low', 'ci_high',
        'status'
    ]) }}

)

select * from final
