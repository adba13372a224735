{#-
    A table of schema feedback: the published values of `table_name` with their peers. `keys` maps the columns months,
    definition and fit to their names in the table; `value` names the value.
-#}
{% macro published_table(table_name, keys, value, with_weighting=false) -%}
    select
        value.scope,
        {{ rollup_codes('value.') }},
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
        case
            when value.value is null or peer.peer_median is null then null
            when value.ci_low > peer.peer_median then 'higher'
            when value.ci_high < peer.peer_median then 'lower'
            else 'not_told_apart'
        end as mark,
        case
            when value.ci_low <= peer.peer_median and value.ci_high >= peer.peer_median
                then (value.ci_high - value.ci_low) / 2.0
        end as smallest_difference,
        peer.peer_level,
        peer.n_peers,
        peer.peer_median,
        cast(null as string) as stands_from,
        value.status
    from {{ ref('msr_published_value') }} as value
    left join {{ ref('msr_published_peer') }} as peer
        on
            value.table_name = peer.table_name
            and value.months = peer.months
            and value.definition = peer.definition
            and value.fit = peer.fit
            and value.weighting = peer.weighting
            and value.scope = peer.scope
            and value.institution_code = peer.institution_code
            and coalesce(value.program_code, '') = coalesce(peer.program_code, '')
            and coalesce(value.cohort_year, 0) = coalesce(peer.cohort_year, 0)
    where
        value.table_name = '{{ table_name }}'
        and (value.cohort_year is null or value.is_last_of_block)
{%- endmacro %}
