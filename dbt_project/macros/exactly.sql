{#- The value, and `told` itself where nothing but rounding keeps it from being that. -#}
{% macro exactly(value, told) -%}
    case when abs({{ value }} - {{ told }}) < 1e-12 then {{ told }} else {{ value }} end
{%- endmacro %}
