with

final as (

    select distinct
        rollup_id,
        scope,
        {{ rollup_codes() }},
        cohort_year
    from {{ ref('int_rollup_cell') }}

)

select * from final
