{#-
    The unweighted and the weighted row of each share.
    `relation` holds the key columns, n, n_hits, sum_weight, sum_weight_hits and sum_weight_squared;
    Kish: n / deff = (Σw)² / Σw². Definitions without weights have no weighted row.
-#}
{% macro share_rows(relation, columns) -%}
    select
        {{ columns | join(', ') }},
        'unweighted' as weighting,
        n,
        cast(n_hits as double) / n as share,
        cast(n as double) as effective_n
    from {{ relation }}
    where n > 0
    union all
    select
        {{ columns | join(', ') }},
        'weighted' as weighting,
        n,
        least(sum_weight_hits / sum_weight, 1.0) as share,
        sum_weight * sum_weight / sum_weight_squared as effective_n
    from {{ relation }}
    where sum_weight > 0
{%- endmacro %}
