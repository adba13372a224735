{#-
    A table of schema feedback: the published values of `table_name` with their peers. `keys` maps the columns months,
    definition and fit to their names in the table; `value` names the value.
-#}
{% macro published_table(table_name, keys, value, with_weighting=false) -%}
    select
        value.scope,
        {{ published_codes('value.') }},
        value.cohort_from,
        value.cohort_to,
        {% for column, name in keys.items() -%}
            {{ "nullif(value." ~ column ~ ", '')" if column == 'fit' else 'value.' ~ column }} as {{ name }},
        {% endfor -%}
        {{ 'value.weighting,' if with_weighting }}
        value.n,
        value.k,
        value.value as {{ value }},
        value.ci_low,
        value.ci_high,
        {{ beside_peers('value.value', 'value.ci_low', 'value.ci_high') }},
        value.status
    from {{ ref('msr_published_value') }} as value
    {{ with_peers() }}
    where
        value.table_name = '{{ table_name }}'
        and (value.cohort_year is null or value.is_last_of_block)
{%- endmacro %}
