with

step as (

    select * from {{ ref('int_survival_step') }}

),

survival as (

    select * from {{ ref('int_survival') }}

),

policy as (

    select * from {{ ref('int_policy') }}

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'retention_horizon_months'

),

survival_horizon as (

    select
        survival.*,
        horizon.horizon_months
    from survival
    cross join horizon

),

-- counts and S at the last step up to the horizon; no step yet: S is 1
at_horizon as (

    select
        survival_horizon.rollup_id,
        survival_horizon.horizon_months,
        max(survival_horizon.n) as n,
        max(survival_horizon.rmst) as rmst,
        max(survival_horizon.observed_months) as observed_months,
        sum(coalesce(step.n_events, 0)) as n_events,
        sum(case when step.months < survival_horizon.horizon_months then step.n_leaving else 0 end) as n_left_before,
        coalesce(min(step.retention), 1.0) as retention,
        coalesce(max(step.greenwood_sum), 0.0) as greenwood_sum
    from survival_horizon
    left join step
        on
            survival_horizon.rollup_id = step.rollup_id
            and survival_horizon.horizon_months >= step.months
    group by survival_horizon.rollup_id, survival_horizon.horizon_months

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

final as (

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

)

select * from final
