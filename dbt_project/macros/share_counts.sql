{#- Counts and sums of weights of the people in `relation` (is_hit, weight) per cell, as share_rows needs them. -#}
{% macro share_counts(relation, columns) -%}
    select
        {{ columns | join(', ') }},
        count(*) as n,
        cast(sum(case when is_hit then 1 else 0 end) as bigint) as n_hits,
        sum(weight) as sum_weight,
        sum(case when is_hit then weight else 0 end) as sum_weight_hits,
        sum(weight * weight) as sum_weight_squared
    from {{ relation }}
    group by {{ columns | join(', ') }}
{%- endmacro %}
