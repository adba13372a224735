{#- One row per model of `indicators`: its rows, and those that hold a value (status ok; all where there is no status). -#}
{% macro indicator_status(indicators, has_status=true) -%}
    {% for indicator in indicators %}
        select
            '{{ indicator }}' as indicator,
            count(*) as n_rows,
            count({{ "case when status = 'ok' then 1 end" if has_status else '*' }}) as n_ok
        from {{ ref(indicator) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}
