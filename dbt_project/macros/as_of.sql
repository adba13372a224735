{#- The reference date of the run: nothing after it counts. -#}
{% macro as_of() -%}
    {%- if var('as_of') == 'today' -%} current_date {%- else -%} cast('{{ var("as_of") }}' as date) {%- endif -%}
{%- endmacro %}

{#- The day on which courses and programs are judged for a `year`: its end, or the day of the run in its own year. -#}
{% macro judged_day(year) -%}
    least(make_date({{ year }}, 12, 31), {{ as_of() }})
{%- endmacro %}
