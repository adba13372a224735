with

first_spell as (

    select
        first_spell.*,
        first_spell.seen_until_month - first_spell.start_month + 1 as follow_up_months,
        member.cell_id
    from {{ ref('int_first_spell') }} as first_spell
    inner join {{ ref('int_cell_member') }} as member on first_spell.graduate_id = member.graduate_id
    where first_spell.duration_months is not null

),

counted as (

    select
        cell_id,
        cast(duration_months as int) as months,
        count(*) as n_leaving,
        cast(sum(case when is_event then 1 else 0 end) as bigint) as n_events,
        max(follow_up_months) as follow_up_months
    from first_spell
    group by cell_id, duration_months

),

-- roll-ups add counts; rates are computed from the sums; an employer is one cell
final as (

    select
        rollup_cell.rollup_id,
        counted.months,
        cast(sum(counted.n_leaving) as bigint) as n_leaving,
        cast(sum(counted.n_events) as bigint) as n_events,
        max(counted.follow_up_months) as follow_up_months
    from counted
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on counted.cell_id = rollup_cell.cell_id
    group by rollup_cell.rollup_id, counted.months
    union all
    select
        cell_id as rollup_id,
        months,
        n_leaving,
        n_events,
        follow_up_months
    from counted
    where cell_id < 0

)

select * from final
