{#- The value, or `expected` where they differ by rounding only. -#}
{% macro exactly(value, expected) -%}
    case when abs({{ value }} - {{ expected }}) < 1e-12 then {{ expected }} else {{ value }} end
{%- endmacro %}
