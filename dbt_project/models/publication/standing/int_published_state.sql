{#- Rounded states as a release of this run publishes them: units that stand keep the counts of their release. -#}
with

unit as (

    select
        unit_id,
        cell_id
    from {{ ref('int_publication_unit') }}
    where scope = 'program' and block_length = 1

),

standing_cell as (

    select
        standing.unit_family,
        standing.months,
        unit.cell_id
    from {{ ref('int_standing_unit') }} as standing
    inner join unit on standing.unit_id = unit.unit_id
    where standing.kind = 'number'

),

renewed as (

    select rounded.*
    from {{ ref('int_rounded_state') }} as rounded
    left join standing_cell
        on
            rounded.state_family = standing_cell.unit_family
            and rounded.months = standing_cell.months
            and rounded.cell_id = standing_cell.cell_id
    where standing_cell.cell_id is null

),

final as (

    select
        state_family,
        months,
        cell_id,
        split,
        state,
        n,
        {{ next_release_number() }} as release_number
    from renewed
    union all
    select
        standing.unit_family as state_family,
        standing.months,
        unit.cell_id,
        split_part(standing.number_name, '|', 1) as split,
        split_part(standing.number_name, '|', 2) as state,
        cast(standing.number_value as bigint) as n,
        standing.release_number
    from {{ ref('int_standing_number') }} as standing
    inner join unit on standing.unit_id = unit.unit_id
    where
        standing.kind = 'number'
        and standing.unit_family not in ('retention', 'promotion')
        and standing.unit_family not like 'starting_salary %'
        and standing.unit_family not like 'wage %'

)

select * from final
