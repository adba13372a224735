{#- Province (6 digits) of any division code. -#}
{% macro province(region_code_column) -%}
    substr({{ region_code_column }}, 1, 2) || '0000'
{%- endmacro %}
