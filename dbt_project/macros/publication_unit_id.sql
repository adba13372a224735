{#- The name of a row of published tables that is the same in every run: scope, codes, first and last cohort. -#}
{% macro publication_unit_id(relation, cohort_from='cohort_from', cohort_to='cohort_to') -%}
    concat_ws(
        '|', {{ relation }}.scope, {{ published_codes("coalesce(" ~ relation ~ ".", ", '')") }},
        coalesce(cast({{ relation }}.{{ cohort_from }} as string), ''),
        coalesce(cast({{ relation }}.{{ cohort_to }} as string), '')
    )
{%- endmacro %}

{#- The number of the release that this run may become. -#}
{% macro next_release_number() -%}
    (select cast(coalesce(max(release_number), 0) + 1 as int) from {{ ref('stg_release') }})
{%- endmacro %}
