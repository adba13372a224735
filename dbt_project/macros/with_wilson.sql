{#- The rows of `relation` with the Wilson interval of their share and status ok: no share is withheld here. -#}
{% macro with_wilson(relation, share, effective_n) -%}
    {%- set share = relation ~ '.' ~ share -%}
    {%- set effective_n = relation ~ '.' ~ effective_n -%}
    select
        {{ relation }}.*,
        {{ wilson(share, effective_n, 'policy.normal_quantile', '-') }} as ci_low,
        {{ wilson(share, effective_n, 'policy.normal_quantile', '+') }} as ci_high,
        'ok' as status
    from {{ relation }}
    cross join {{ ref('int_policy') }} as policy
{%- endmacro %}
