{#-
    Kaplan-Meier: the rows of `relation` (cell, months, n_at_risk, n_events) with retention, the product of 1 - d/n so far,
    and greenwood_sum, the sum of d / (n (n - d)) so far. Where everybody at risk leaves the product is 0 from then on.
-#}
{% macro product_limit(relation, cell) -%}
    select
        hazard.*,
        case when log_factor is null then 0.0 else exp(sum(log_factor) over so_far) end as retention,
        sum(greenwood) over so_far as greenwood_sum
    from (
        select
            *,
            case when n_at_risk > n_events then ln(1.0 - cast(n_events as double) / n_at_risk) end as log_factor,
            case when n_at_risk > n_events then cast(n_events as double) / n_at_risk / (n_at_risk - n_events) end
                as greenwood
        from {{ relation }}
    ) as hazard
    window so_far as (
        partition by {{ cell }}
        order by months
        rows between unbounded preceding and current row
    )
{%- endmacro %}
