{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
{% set cell = 'rollup_id, weighting' %}
with

-- Σw² / Σw, the weight of one effective person: 1 without weights
duration as (

    select
        *,
        sum(sum_weight_squared) over (partition by {{ cell }})
        / sum(sum_weight) over (partition by {{ cell }}) as weight_per_person
    from {{ ref('int_promotion_duration') }}

),

{{ kaplan_meier('duration', cell, 'sum_weight', 'sum_weight_events', 'weight_per_person') }}, -- noqa: LT02

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'promotion_horizon_months'

),

policy as (

    select normal_quantile from {{ ref('int_policy') }}

),

at_horizon as (

    select
        {{ cell }},
        horizon.horizon_months,
        max(step.n) as n,
        cast(sum(case when step.months <= horizon.horizon_months then step.n_events else 0 end) as bigint) as n_events,
        cast(sum(case when step.months >= horizon.horizon_months then step.n_leaving else 0 end) as bigint)
            as n_at_risk,
        coalesce(min(case when step.months <= horizon.horizon_months then step.survival end), 1.0) as survival,
        coalesce(max(case when step.months <= horizon.horizon_months then step.greenwood_sum end), 0.0)
            as greenwood_sum,
        max(step.observed_months) as observed_months
    from step
    cross join horizon
    group by {{ cell }}, horizon.horizon_months

),

-- share that has moved up = 1 − share that has not
observed as (

    select
        at_horizon.*,
        policy.normal_quantile as z,
        case when at_horizon.horizon_months <= at_horizon.observed_months then at_horizon.survival end as waiting
    from at_horizon
    cross join policy

),

indicator as (

    select
        *,
        1.0 - waiting as incidence,
        1.0 - {{ retention_interval('waiting', 'greenwood_sum', 'z', '-') }} as ci_low,
        1.0 - {{ retention_interval('waiting', 'greenwood_sum', 'z', '') }} as ci_high,
        case when waiting is null then 'not_observed' else 'ok' end as status
    from observed

),

final as (

    {{ with_rollup('indicator', [
        'horizon_months', 'weighting', 'n', 'n_events', 'n_at_risk', 'incidence', 'ci_low', 'ci_high',
        'status'
    ]) }}

)

select * from final
