{{ config(materialized=view_across_layers()) }}
with

final as (

    select
        rollup_id,
        scope,
        graduate_id
    from {{ ref('int_rollup_graduate') }}
    union all
    select
        employer_rollup_id as rollup_id,
        'employer' as scope,
        graduate_id
    from {{ ref('int_first_spell') }}

)

select * from final
