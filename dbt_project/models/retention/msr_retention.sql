{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

-- the time is months in the first job, until the job ends (event) or was last observed (censored)
{{ kaplan_meier(ref('int_retention_duration'), 'rollup_id') }}, -- noqa: LT02

policy as (

    select * from {{ ref('int_policy') }}

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'retention_horizon_months'

),

held_step as (

    select
        *,
        min(months) over (partition by rollup_id) as shortest_months,
        lead(months) over (partition by rollup_id order by months) as next_months
    from step

),

-- Σ S(t) for t = 0 … rmst_months − 1: S is 1 before the first step and each step holds until the next
restricted_mean as (

    select
        held_step.rollup_id,
        max(least(held_step.shortest_months, policy.rmst_months))
        + sum(held_step.survival * greatest(
            least(coalesce(held_step.next_months, policy.rmst_months), policy.rmst_months) - held_step.months, 0
        )) as rmst
    from held_step
    cross join policy
    group by held_step.rollup_id

),

at_horizon as (

    select
        step.rollup_id,
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
    group by step.rollup_id, horizon.horizon_months

),

-- because of open months it is uncertain who stayed this long
unobserved as (

    select * from {{ ref('int_unobserved_retention') }}

),

observed as (

    select
        at_horizon.*,
        policy.normal_quantile as z,
        case
            when at_horizon.horizon_months <= at_horizon.observed_months and unobserved.rollup_id is null
                then at_horizon.survival
        end as retention,
        case
            when policy.rmst_months <= at_horizon.observed_months and unobserved_mean.rollup_id is null
                then restricted_mean.rmst
        end as rmst_60
    from at_horizon
    cross join policy
    inner join restricted_mean on at_horizon.rollup_id = restricted_mean.rollup_id
    left join unobserved
        on at_horizon.rollup_id = unobserved.rollup_id and at_horizon.horizon_months = unobserved.months
    left join unobserved as unobserved_mean
        on at_horizon.rollup_id = unobserved_mean.rollup_id and policy.rmst_months = unobserved_mean.months

),

indicator as (

    select
        *,
        {{ retention_interval('retention', 'greenwood_sum', 'z', '') }} as ci_low,
        {{ retention_interval('retention', 'greenwood_sum', 'z', '-') }} as ci_high,
        case when retention is null then 'not_observed' else 'ok' end as status
    from observed

),

final as (

    {{ with_rollup('indicator', [
        'horizon_months', 'n', 'n_events', 'n_at_risk', 'retention', 'ci_low', 'ci_high', 'rmst_60', 'status'
    ], ref('int_every_rollup')) }}

)

select * from final
