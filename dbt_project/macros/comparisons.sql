{#- Comparisons of computed numbers: those closer than the rounding errors of sums count as equal. -#}
{% macro is_above(value, limit) -%} ({{ value }}) - ({{ limit }}) > 1e-9 {%- endmacro %}

{% macro is_below(value, limit) -%} ({{ limit }}) - ({{ value }}) > 1e-9 {%- endmacro %}

{% macro is_at_least(value, limit) -%} ({{ value }}) - ({{ limit }}) >= -1e-9 {%- endmacro %}

{% macro is_at_most(value, limit) -%} ({{ limit }}) - ({{ value }}) >= -1e-9 {%- endmacro %}

{#- The value, moved to the nearer end if it lies outside the limits. -#}
{% macro clamp(value, low, high) -%} least(greatest({{ value }}, {{ low }}), {{ high }}) {%- endmacro %}
