{#- `expected` if the value differs from it by rounding only, else the value. -#}
{% macro exactly(value, expected) -%}
    case when abs({{ value }} - {{ expected }}) < 1e-12 then {{ expected }} else {{ value }} end
{%- endmacro %}
