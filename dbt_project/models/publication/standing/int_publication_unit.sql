with

-- one block length is 0 where all cohorts are together
row_of_table as (

    select
        cell_id,
        rollup_id,
        scope,
        {{ published_codes() }},
        cohort_year as cohort_from,
        cohort_year as cohort_to,
        case when cohort_year is null then 0 else 1 end as block_length
    from {{ ref('int_rollup_cell') }}
    where scope not in ('enterprise', 'area')
    {% for length in [2, 3] %}
        union all
        select
            cell_id,
            cast(null as int) as rollup_id,
            scope,
            {{ published_codes() }},
            cast({{ length }} * floor(cohort_year / {{ length }}.0) as int) as cohort_from,
            cast({{ length }} * floor(cohort_year / {{ length }}.0) + {{ length - 1 }} as int) as cohort_to,
            {{ length }} as block_length
        from {{ ref('int_rollup_cell') }}
        where scope = 'program' and cohort_year is not null
    {% endfor %}

),

final as (

    select
        {{ publication_unit_id('row_of_table') }} as unit_id,
        row_of_table.*
    from row_of_table

)

select * from final
