{#- One end of the log-log Greenwood interval of a survival probability; null if the probability is 0 or 1. -#}
{% macro retention_interval(retention, greenwood_sum, z, side) -%}
    case
        when {{ retention }} > 0 and {{ retention }} < 1
            then power({{ retention }}, exp({{ side }} {{ z }} * sqrt({{ greenwood_sum }}) / abs(ln({{ retention }}))))
    end
{%- endmacro %}
