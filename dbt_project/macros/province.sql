{#- Province (6 digits) of any division code. -#}
{% macro province(region_code_column) -%}
    substr({{ region_code_column }}, 1, 2) || '0000'
{%- endmacro %}

{#- Area (6 digits) of any division code: its first digits, filled with zeros. -#}
{% macro area(region_code_column, area_digits) -%}
    rpad(substr({{ region_code_column }}, 1, {{ area_digits }}), 6, '0')
{%- endmacro %}
