{{ config(materialized='table' if target.name == 'cluster' else 'view') }}
{#- Rows whose parts are published on their own, and the program-cohorts in them. -#}
with

hire as (

    {% for scope in ['program', 'institution', 'employer'] -%}
        select
            cell_id,
            '{{ scope }}' as scope,
            {{ 'institution_code' if scope != 'employer' else 'cast(null as string) as institution_code' }},
            {{ 'program_code' if scope == 'program' else 'cast(null as string) as program_code' }},
            cast(3 * floor(cohort_year / 3.0) as int) as cohort_from,
            cast(3 * floor(cohort_year / 3.0) + 2 as int) as cohort_to
        from {{ ref('int_program_cohort') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

category_pay as (

    select
        cell_id,
        'program' as scope,
        institution_code,
        program_code,
        cohort_from,
        cohort_to
    from {{ ref('int_pay_block') }}
    {% for scope in ['institution', 'region'] %}
        union all
        select
            cell_id,
            '{{ scope }}' as scope,
            {{ 'institution_code' if scope == 'institution' else 'cast(null as string) as institution_code' }},
            cast(null as string) as program_code,
            cohort_year as cohort_from,
            cohort_year as cohort_to
        from {{ ref('int_program_cohort') }}
    {% endfor %}

),

final as (

    {% for relation in ['hire', 'category_pay'] -%}
        select
            '{{ relation }}' as unit_family,
            {{ part_row_id(relation) }} as row_id,
            {{ relation }}.cell_id
        from {{ relation }}
        where {{ relation }}.cohort_from is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
