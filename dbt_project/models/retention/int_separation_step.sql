with

step as (

    select
        rollup_id,
        months,
        n_at_risk,
        n_events as n_events_any,
        lag(retention, 1, 1.0) over (partition by rollup_id order by months) as retention_before
    from {{ ref('int_survival_step') }}

),

counted as (

    select
        graduate_cell.cell_id,
        separation.months,
        separation.reason,
        count(*) as n_events
    from {{ ref('int_separation') }} as separation
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on separation.graduate_id = graduate_cell.graduate_id
    group by graduate_cell.cell_id, separation.months, separation.reason

),

separation as (

    {{ rolled_sums('counted', ['months', 'reason'], ['n_events']) }}

),

reason as (

    select distinct
        rollup_id,
        reason
    from separation

),

-- every month in which anybody leaves matters for every reason: those who left are no longer at risk
final as (

    select
        step.rollup_id,
        reason.reason,
        step.months,
        step.n_at_risk,
        step.n_events_any,
        coalesce(separation.n_events, 0) as n_events,
        step.retention_before,
        sum(step.retention_before * coalesce(separation.n_events, 0) / step.n_at_risk) over (
            partition by step.rollup_id, reason.reason
            order by step.months
            rows between unbounded preceding and current row
        ) as incidence
    from step
    inner join reason on step.rollup_id = reason.rollup_id
    left join separation
        on
            step.rollup_id = separation.rollup_id
            and step.months = separation.months
            and reason.reason = separation.reason
    where step.n_events_any > 0

)

select * from final
