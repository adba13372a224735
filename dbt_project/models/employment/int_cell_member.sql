{{ config(materialized=view_across_layers()) }}
with

final as (

    select
        cell_id,
        graduate_id
    from {{ ref('int_graduate_cell') }}
    union all
    select
        employer_rollup_id as cell_id,
        graduate_id
    from {{ ref('int_first_spell') }}

)

select * from final
