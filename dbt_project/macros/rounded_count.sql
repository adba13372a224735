{#-
    A count of the first states of a set of graduations, rounded to a multiple of `base`: base * floor(count / base + u)
    with u = key_number / 2^32. The count may be an estimate (Kaplan-Meier); 9 digits take away its rounding errors.
    The same set gives the same number in every table. docs/methods.md, Publication.
-#}
{% macro rounded_count(count, key_number, base) -%}
    cast({{ base }} * floor(round({{ count }}, 9) / {{ base }} + {{ key_number }} / 4294967296.0) as bigint)
{%- endmacro %}

{#- The number of a set of graduations: the sum of their secret numbers modulo 2^32. -#}
{% macro key_number(number) -%}
    cast(sum({{ number }}) % 4294967296 as bigint)
{%- endmacro %}
