{#-
    CTEs step_1 … step_<doublings>: each doubles how far step_0 (enterprise_code, mapped_code) follows successions.
-#}
{% macro follow_chain(doublings) -%}
{% for i in range(doublings) %}
    step_{{ i + 1 }} as (

        select
            here.enterprise_code,
            coalesce(there.mapped_code, here.mapped_code) as mapped_code
        from step_{{ i }} as here
        left join step_{{ i }} as there on here.mapped_code = there.enterprise_code

    ){{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}
