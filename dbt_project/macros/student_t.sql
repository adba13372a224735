{#- t(.975, df) from the table, beyond it from the expansion in 1/df around the normal quantile (error < 1e-9). -#}
{% macro student_t(tabulated, df, z) -%}
    coalesce({{ tabulated }}, {{ z }}
        + (power({{ z }}, 3) + {{ z }}) / (4.0 * {{ df }})
        + (5 * power({{ z }}, 5) + 16 * power({{ z }}, 3) + 3 * {{ z }}) / (96.0 * power({{ df }}, 2))
        + (3 * power({{ z }}, 7) + 19 * power({{ z }}, 5) + 17 * power({{ z }}, 3) - 15 * {{ z }})
        / (384.0 * power({{ df }}, 3)))
{%- endmacro %}
