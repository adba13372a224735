with

final as (

    select distinct
        rollup_id,
        scope,
        {{ rollup_codes() }},
        cohort_year,
        scope = 'program' and cohort_year is not null as is_program_cohort
    from {{ ref('int_rollup_cell') }}

)

select * from final
