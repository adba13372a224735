{#- The reference date of the run: nothing after it counts. -#}
{% macro as_of() -%}
    {%- if var('as_of') == 'today' -%} current_date {%- else -%} cast('{{ var("as_of") }}' as date) {%- endif -%}
{%- endmacro %}
