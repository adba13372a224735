{#-
    Kaplan-Meier's product: the rows of `relation` (one per `keys` and months) with survival S(months) = Π (1 − d / n)
    and greenwood_sum = Σ d / (n (n − d)), both up to this row. S stays 0 after a month in which everybody at risk has
    the event. d and n are people, or sums of weights; `factor` is then the weight of one effective person, Σw² / Σw.
-#}
{% macro product_limit(relation, keys, n='n_at_risk', d='n_events', factor='1.0') -%}
    select
        hazard.*,
        case when log_factor is null then 0.0 else exp(sum(log_factor) over so_far) end as survival,
        sum(greenwood) over so_far as greenwood_sum
    from (
        select
            *,
            case when n_at_risk > n_events then ln(1.0 - cast({{ d }} as double) / {{ n }}) end as log_factor,
            case when n_at_risk > n_events then {{ factor }} * cast({{ d }} as double) / {{ n }} / ({{ n }} - {{ d }}) end
                as greenwood
        from {{ relation }}
    ) as hazard
    window so_far as (
        partition by {{ keys }}
        order by months
        rows between unbounded preceding and current row
    )
{%- endmacro %}
