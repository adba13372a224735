with

promotion as (

    select
        promotion.*,
        graduate_cell.cell_id
    from {{ ref('int_promotion') }} as promotion
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on promotion.graduate_id = graduate_cell.graduate_id

),

person as (

    select
        *,
        'unweighted' as weighting,
        cast(1 as double) as person_weight
    from promotion
    union all
    select
        *,
        'weighted' as weighting,
        weight as person_weight
    from promotion

),

counted as (

    select
        cell_id,
        weighting,
        months,
        count(*) as n_leaving,
        sum(case when is_event then 1 else 0 end) as n_events,
        sum(person_weight) as sum_weight,
        sum(case when is_event then person_weight else 0 end) as sum_weight_events,
        sum(person_weight * person_weight) as sum_weight_squared,
        max(last_due_months) as follow_up_months
    from person
    group by cell_id, weighting, months

),

-- roll-ups add counts and weights; rates are computed from the sums
final as (

    select
        rollup_cell.rollup_id,
        counted.weighting,
        counted.months,
        cast(sum(counted.n_leaving) as bigint) as n_leaving,
        cast(sum(counted.n_events) as bigint) as n_events,
        sum(counted.sum_weight) as sum_weight,
        sum(counted.sum_weight_events) as sum_weight_events,
        sum(counted.sum_weight_squared) as sum_weight_squared,
        max(counted.follow_up_months) as follow_up_months
    from counted
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on counted.cell_id = rollup_cell.cell_id
    group by rollup_cell.rollup_id, counted.weighting, counted.months

)

select * from final
