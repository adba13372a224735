{#- A percentile of pay, unless it falls among those at a limit of the contribution base (compared as counts). -#}
{% macro percentile_within_limits(relation, name, share) -%}
    case
        when
            {{ share }} * {{ relation }}.n > {{ relation }}.n_floor
            and {{ share }} * {{ relation }}.n < {{ relation }}.n - {{ relation }}.n_cap
            then {{ relation }}.{{ name }}
    end
{%- endmacro %}
