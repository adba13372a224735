{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

retention as (

    select * from {{ ref('int_retention_horizon') }}

),

separation as (

    select * from {{ ref('int_separation_horizon') }}

),

policy as (

    select normal_quantile from {{ ref('int_policy') }}

),

reason as (

    select told.reason
    from (
        values ('voluntary'), ('dismissed'), ('study'), ('military'), ('other'), ('unknown')
    ) as told (reason)

),

-- separations of which not one reason is known say nothing about reasons
counted as (

    select
        retention.rollup_id,
        retention.horizon_months,
        reason.reason,
        retention.n,
        retention.n_events as n_events_any,
        retention.n - retention.n_left_before as n_at_risk,
        retention.horizon_months <= retention.observed_months as is_observed,
        coalesce(separation.n_events, 0) as n_events,
        coalesce(separation.incidence, 0.0) as incidence,
        sqrt(greatest(coalesce(separation.variance, 0.0), 0.0)) as standard_error,
        sum(case when reason.reason <> 'unknown' then coalesce(separation.n_events, 0) else 0 end) over (
            partition by retention.rollup_id, retention.horizon_months
        ) as n_known
    from retention
    cross join reason
    left join separation
        on
            retention.rollup_id = separation.rollup_id
            and retention.horizon_months = separation.horizon_months
            and reason.reason = separation.reason

),

observed as (

    select
        *,
        case
            when is_observed and (reason = 'unknown' or n_known > 0 or n_events_any = 0) then incidence
        end as seen
    from counted

),

indicator as (

    select
        observed.rollup_id,
        observed.horizon_months,
        observed.reason,
        observed.n,
        cast(observed.n_events as bigint) as n_events,
        cast(observed.n_at_risk as bigint) as n_at_risk,
        observed.seen as incidence,
        {{ incidence_interval('observed.seen', 'observed.standard_error', 'policy.normal_quantile', '-') }} as ci_low,
        {{ incidence_interval('observed.seen', 'observed.standard_error', 'policy.normal_quantile', '') }} as ci_high,
        case when observed.seen is null then 'not_observed' else 'ok' end as status
    from observed
    cross join policy

),

final as (

    {{ with_rollup('indicator', [
        'horizon_months', 'reason', 'n', 'n_events', 'n_at_risk', 'incidence', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
