{#- The band of an index; `policy` is int_light_policy. -#}
{% macro light_band(index) -%}
    case
        when {{ index }} is null then null
        when {{ is_at_least(index, 'policy.green_from') }} then 'green'
        when {{ is_at_least(index, 'policy.yellow_from') }} then 'yellow'
        else 'red'
    end
{%- endmacro %}
