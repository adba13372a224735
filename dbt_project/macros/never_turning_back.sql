{#-
    CTE earlier (keys, at_horizon_months, n, k, variance_growth): for each observed row of `relation` the earlier horizon
    of the same keys with a higher quotient k / n, if there is one. Horizons can stand from different releases.
-#}
{% macro never_turning_back(relation, key) -%}
    earlier as (

        select
            {{ key }},
            at_horizon_months,
            n,
            k,
            variance_growth
        from (
            select
                later.{{ key }},
                later.horizon_months as at_horizon_months,
                earlier.horizon_months,
                earlier.n,
                earlier.k,
                earlier.variance_growth,
                row_number() over (
                    partition by later.{{ key }}, later.horizon_months
                    order by cast(earlier.k as double) / earlier.n desc, earlier.horizon_months desc
                ) as place
            from {{ relation }} as later
            inner join {{ relation }} as earlier
                on
                    later.{{ key }} = earlier.{{ key }}
                    and later.horizon_months >= earlier.horizon_months
                    and later.is_observed
                    and earlier.is_observed
                    and later.n > 0
                    and earlier.n > 0
        ) as paired
        where place = 1 and horizon_months < at_horizon_months

    )
{%- endmacro %}
