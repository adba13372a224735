{{ config(materialized=view_across_layers()) }}
with

final as (

    select
        rollup_cell.rollup_id,
        rollup_cell.scope,
        graduate_cell.graduate_id
    from {{ ref('int_graduate_cell') }} as graduate_cell
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on graduate_cell.cell_id = rollup_cell.cell_id

)

select * from final
