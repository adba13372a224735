{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

step as (

    select * from {{ ref('int_survival_step') }}

),

-- no curves of single employers: many, and most of a few people
survival as (

    select int_survival.*
    from {{ ref('int_survival') }} as int_survival
    inner join {{ ref('int_rollup') }} as int_rollup on int_survival.rollup_id = int_rollup.rollup_id
    where int_rollup.scope <> 'employer'

),

policy as (

    select * from {{ ref('int_policy') }}

),

series as (

    {{ integers(120) }}

),

survival_month as (

    select
        survival.rollup_id,
        survival.n,
        series.number as months
    from survival
    cross join policy
    inner join series
        on series.number <= least(survival.observed_months, policy.rmst_months)

),

curve as (

    select
        survival_month.rollup_id,
        survival_month.months,
        max(survival_month.n) as n,
        sum(case when step.months < survival_month.months then step.n_leaving else 0 end) as n_left_before,
        sum(case when step.months = survival_month.months then step.n_events else 0 end) as n_events,
        coalesce(min(step.retention), 1.0) as retention,
        coalesce(max(step.greenwood_sum), 0.0) as greenwood_sum
    from survival_month
    left join step
        on
            survival_month.rollup_id = step.rollup_id
            and survival_month.months >= step.months
    group by survival_month.rollup_id, survival_month.months

),

indicator as (

    select
        curve.rollup_id,
        curve.months,
        curve.n,
        cast(curve.n_events as bigint) as n_events,
        cast(curve.n - curve.n_left_before as bigint) as n_at_risk,
        curve.retention,
        {{ retention_interval('curve.retention', 'curve.greenwood_sum', 'policy.normal_quantile', '') }} as ci_low,
        {{ retention_interval('curve.retention', 'curve.greenwood_sum', 'policy.normal_quantile', '-') }} as ci_high,
        'ok' as status
    from curve
    cross join policy

),

final as (

    {{ with_rollup('indicator', [
        'months', 'n', 'n_events', 'n_at_risk', 'retention', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
