with

step as (

    select * from {{ ref('int_survival_step') }}

),

survival as (

    select * from {{ ref('int_survival') }}

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
final as (

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

)

select * from final
