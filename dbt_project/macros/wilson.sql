{#- One end of the Wilson interval of a share; effective_n may be n / deff, side is '-' or '+'. -#}
{% macro wilson(share, effective_n, z, side) -%}
    greatest(0.0, least(1.0, (
        {{ share }} + {{ z }} * {{ z }} / (2.0 * {{ effective_n }})
        {{ side }} {{ z }} * sqrt(
            {{ share }} * (1.0 - {{ share }}) / {{ effective_n }}
            + {{ z }} * {{ z }} / (4.0 * {{ effective_n }} * {{ effective_n }})
        )
    ) / (1.0 + {{ z }} * {{ z }} / {{ effective_n }})))
{%- endmacro %}
