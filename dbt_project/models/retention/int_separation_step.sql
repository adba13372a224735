with

{{ kaplan_meier(ref('int_retention_duration'), 'rollup_id') }}, -- noqa: LT02

-- every reason needs a row for every month in which anybody leaves: the number at risk changes
event_month as (

    select
        *,
        lag(survival, 1, 1.0) over (partition by rollup_id order by months) as survival_before
    from step

),

counted as (

    select
        member.cell_id,
        separation.months,
        separation.reason,
        count(*) as n_events
    from {{ ref('int_separation') }} as separation
    inner join {{ ref('int_cell_member') }} as member on separation.graduate_id = member.graduate_id
    group by member.cell_id, separation.months, separation.reason

),

separation as (

    {{ rolled_sums('counted', ['months', 'reason'], ['n_events'], with_employers=true) }}

),

reason as (

    select distinct
        rollup_id,
        reason
    from separation

),

final as (

    select
        event_month.rollup_id,
        reason.reason,
        event_month.months,
        event_month.n_at_risk,
        event_month.n_events as n_events_any,
        coalesce(separation.n_events, 0) as n_events,
        event_month.survival_before as retention_before,
        sum(event_month.survival_before * coalesce(separation.n_events, 0) / event_month.n_at_risk) over (
            partition by event_month.rollup_id, reason.reason
            order by event_month.months
            rows between unbounded preceding and current row
        ) as incidence
    from event_month
    inner join reason on event_month.rollup_id = reason.rollup_id
    left join separation
        on
            event_month.rollup_id = separation.rollup_id
            and event_month.months = separation.months
            and reason.reason = separation.reason
    where event_month.n_events > 0

)

select * from final
