with

step as (

    select * from {{ ref('int_separation_step') }}

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'retention_horizon_months'

),

step_horizon as (

    select
        step.*,
        cast(step.n_at_risk as double) as at_risk,
        horizon.horizon_months,
        max(step.incidence) over (
            partition by step.rollup_id, step.reason, horizon.horizon_months
        ) as incidence_reached
    from step
    inner join horizon on step.months <= horizon.horizon_months

),

-- variance by the delta method (Dinse and Larson); it equals Greenwood's if there is only one reason
final as (

    select
        rollup_id,
        horizon_months,
        reason,
        cast(sum(n_events) as bigint) as n_events,
        {{ exactly('max(incidence_reached)', '1.0') }} as incidence,
        sum(
            case
                when at_risk > n_events_any
                    then power(incidence_reached - incidence, 2) * n_events_any / at_risk / (at_risk - n_events_any)
                else 0.0
            end
            + power(retention_before, 2) * n_events * (at_risk - n_events) / power(at_risk, 3)
            - 2 * (incidence_reached - incidence) * retention_before * n_events / power(at_risk, 2)
        ) as variance
    from step_horizon
    group by rollup_id, horizon_months, reason

)

select * from final
