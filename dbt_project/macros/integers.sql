{#- A one-column table (number) of the integers 0 … last. -#}
{% macro integers(last) -%}
    select number from (values {% for i in range(last + 1) %}({{ i }}){{ ', ' if not loop.last }}{% endfor %}) as t (number)
{%- endmacro %}
