{#-
    One end of the Wilson interval of a share; effective_n may be n / deff, side is '-' or '+'.
    The lower end at share 0 is exactly 0 and the upper end at share 1 is exactly 1, free of rounding errors.
-#}
{% macro wilson(share, effective_n, z, side) -%}
    case when {{ share }} = {{ '0.0' if side == '-' else '1.0' }} then {{ '0.0' if side == '-' else '1.0' }} else
        greatest(0.0, least(1.0, (
            {{ share }} + {{ z }} * {{ z }} / (2.0 * {{ effective_n }})
            {{ side }} {{ z }} * sqrt(
                {{ share }} * (1.0 - {{ share }}) / {{ effective_n }}
                + {{ z }} * {{ z }} / (4.0 * {{ effective_n }} * {{ effective_n }})
            )
        ) / (1.0 + {{ z }} * {{ z }} / {{ effective_n }})))
    end
{%- endmacro %}
