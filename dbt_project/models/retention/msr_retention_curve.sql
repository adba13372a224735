{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

-- no curves for single employers: there are many, and most have few graduates
duration as (

    select duration.*
    from {{ ref('int_retention_duration') }} as duration
    inner join {{ ref('int_rollup') }} as int_rollup on duration.rollup_id = int_rollup.rollup_id

),

{{ kaplan_meier('duration', 'rollup_id') }}, -- noqa: LT02

policy as (

    select * from {{ ref('int_policy') }}

),

series as (

    {{ integers(120) }}

),

followed as (

    select distinct
        rollup_id,
        n,
        observed_months
    from step

),

rollup_month as (

    select
        followed.rollup_id,
        followed.n,
        series.number as months
    from followed
    cross join policy
    inner join series on series.number <= least(followed.observed_months, policy.rmst_months)

),

curve as (

    select
        rollup_month.rollup_id,
        rollup_month.months,
        rollup_month.n,
        cast(sum(case when step.months = rollup_month.months then step.n_events else 0 end) as bigint) as n_events,
        cast(sum(case when step.months >= rollup_month.months then step.n_leaving else 0 end) as bigint) as n_at_risk,
        coalesce(min(case when step.months <= rollup_month.months then step.survival end), 1.0) as retention,
        coalesce(max(case when step.months <= rollup_month.months then step.greenwood_sum end), 0.0) as greenwood_sum
    from rollup_month
    inner join step on rollup_month.rollup_id = step.rollup_id
    group by rollup_month.rollup_id, rollup_month.months, rollup_month.n

),

-- because of open months it is uncertain who stayed this long
observed as (

    select
        curve.rollup_id,
        curve.months,
        curve.n,
        curve.n_events,
        curve.n_at_risk,
        curve.greenwood_sum,
        case when unobserved.rollup_id is null then curve.retention end as retention
    from curve
    left join {{ ref('int_unobserved_retention') }} as unobserved
        on curve.rollup_id = unobserved.rollup_id and curve.months = unobserved.months

),

indicator as (

    select
        observed.*,
        {{ retention_interval('observed.retention', 'observed.greenwood_sum', 'policy.normal_quantile', '') }}
            as ci_low,
        {{ retention_interval('observed.retention', 'observed.greenwood_sum', 'policy.normal_quantile', '-') }}
            as ci_high,
        case when observed.retention is null then 'not_observed' else 'ok' end as status
    from observed
    cross join policy

),

final as (

    {{ with_rollup('indicator', [
        'months', 'n', 'n_events', 'n_at_risk', 'retention', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
