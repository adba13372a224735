{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

{{ kaplan_meier(ref('int_retention_duration'), 'rollup_id') }}, -- noqa: LT02

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'retention_horizon_months'

),

at_horizon as (

    select
        step.rollup_id,
        horizon.horizon_months,
        max(step.n) as n,
        sum(case when step.months <= horizon.horizon_months then step.n_events else 0 end) as n_events_any,
        cast(sum(case when step.months >= horizon.horizon_months then step.n_leaving else 0 end) as bigint)
            as n_at_risk,
        horizon.horizon_months <= max(step.observed_months) and count(unobserved.rollup_id) = 0 as is_observed
    from step
    cross join horizon
    left join {{ ref('int_unobserved_retention') }} as unobserved
        on step.rollup_id = unobserved.rollup_id and horizon.horizon_months = unobserved.months
    group by step.rollup_id, horizon.horizon_months

),

reason as (

    select listed.reason
    from (values ('voluntary'), ('dismissed'), ('study'), ('military'), ('other'), ('unknown')) as listed (reason)

),

counted as (

    select
        at_horizon.*,
        reason.reason,
        coalesce(separation.n_events, 0) as n_events,
        coalesce(separation.incidence, 0.0) as estimate,
        sqrt(greatest(coalesce(separation.variance, 0.0), 0.0)) as standard_error,
        sum(case when reason.reason <> 'unknown' then coalesce(separation.n_events, 0) else 0 end) over (
            partition by at_horizon.rollup_id, at_horizon.horizon_months
        ) as n_known
    from at_horizon
    cross join reason
    left join {{ ref('int_separation_horizon') }} as separation
        on
            at_horizon.rollup_id = separation.rollup_id
            and at_horizon.horizon_months = separation.horizon_months
            and reason.reason = separation.reason

),

-- if no separation has a known reason, the incidence is null for every reason except unknown
observed as (

    select
        counted.*,
        policy.normal_quantile as z,
        case
            when
                counted.is_observed
                and (counted.reason = 'unknown' or counted.n_known > 0 or counted.n_events_any = 0)
                then counted.estimate
        end as incidence
    from counted
    cross join {{ ref('int_policy') }} as policy

),

indicator as (

    select
        *,
        {{ incidence_interval('incidence', 'standard_error', 'z', '-') }} as ci_low,
        {{ incidence_interval('incidence', 'standard_error', 'z', '') }} as ci_high,
        case when incidence is null then 'not_observed' else 'ok' end as status
    from observed

),

final as (

    {{ with_rollup('indicator', [
        'horizon_months', 'reason', 'n', 'n_events', 'n_at_risk', 'incidence', 'ci_low', 'ci_high', 'status'
    ], ref('int_every_rollup')) }}

)

select * from final
