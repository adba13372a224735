{#- One end of the log-log interval of a cumulative incidence; null if the incidence is 0 or 1. -#}
{% macro incidence_interval(incidence, standard_error, z, side) -%}
    case
        when {{ incidence }} > 0 and {{ incidence }} < 1
            then power(
                {{ incidence }},
                exp({{ side }} {{ z }} * {{ standard_error }} / ({{ incidence }} * ln({{ incidence }})))
            )
    end
{%- endmacro %}
