{#- ln Γ(z) for z > 0, by Stirling's series at z + 8; the error is below 1e-13. -#}
{% macro log_gamma(z) -%}
    {%- set w = '(' ~ z ~ ' + 8.0)' -%}
    (
        ({{ w }} - 0.5) * ln({{ w }}) - {{ w }} + 0.9189385332046727
        + 1.0 / (12.0 * {{ w }}) - 1.0 / (360.0 * power({{ w }}, 3)) + 1.0 / (1260.0 * power({{ w }}, 5))
        - 1.0 / (1680.0 * power({{ w }}, 7)) + 1.0 / (1188.0 * power({{ w }}, 9))
        - ln({% for i in range(8) %}({{ z }} + {{ i }}.0){{ ' * ' if not loop.last }}{% endfor %})
    )
{%- endmacro %}
