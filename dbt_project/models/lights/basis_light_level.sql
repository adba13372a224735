with

policy as (

    select min_level_weight from {{ ref('int_light_policy') }}

),

summed as (

    select
        unit_id,
        year,
        level,
        max(level_weight) as level_weight,
        max(weight_of_level) as weight_of_level,
        sum(case when status = 'ok' then weight else 0.0 end) as weight_ok,
        sum(case when status = 'ok' then weight * score else 0.0 end) as weighted_score
    from {{ ref('basis_light_score') }}
    group by unit_id, year, level

),

scored as (

    select
        summed.*,
        summed.weight_ok > 0
        and {{ is_at_least('summed.weight_ok', 'policy.min_level_weight * summed.weight_of_level') }} as is_scored
    from summed
    cross join policy

),

final as (

    select
        unit_id,
        year,
        level,
        level_weight,
        weight_ok,
        is_scored,
        case when is_scored then weighted_score / weight_ok end as level_score,
        -- the index needs the results and one other level
        case
            when
                is_scored
                and count(case when is_scored and level = 'result' then 1 end) over of_unit = 1
                and count(case when is_scored then 1 end) over of_unit > 1
                and sum(case when is_scored then level_weight else 0.0 end) over of_unit > 0
                then level_weight / sum(case when is_scored then level_weight else 0.0 end) over of_unit
        end as level_share
    from scored
    window of_unit as (partition by unit_id, year)

)

select * from final
