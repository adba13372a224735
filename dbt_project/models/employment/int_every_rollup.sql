{{ config(materialized=view_across_layers()) }}
with

employer as (

    select distinct
        employer_rollup_id,
        enterprise_code
    from {{ ref('int_first_spell') }}

),

final as (

    select
        rollup_id,
        scope,
        {{ rollup_codes() }},
        cohort_year
    from {{ ref('int_rollup') }}
    union all
    select
        employer_rollup_id as rollup_id,
        'employer' as scope,
        {% for code in rollup_codes().split(', ') -%}
            {{ code if code == 'enterprise_code' else 'cast(null as string) as ' ~ code }},
        {% endfor -%}
        cast(null as int) as cohort_year
    from employer

)

select * from final
