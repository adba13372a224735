{#-
    CTEs at_risk, product, step: the Kaplan-Meier estimate per `keys`.

    `relation` has one row per keys and duration `months`. n_leaving people have this duration; n_events of them have
    the event, the others are censored. follow_up_months is the longest time that could have been observed. With
    weights, `leaving` and `events` are sums of weights, and `factor` is the weight of one effective person, Σw² / Σw.

    `step` adds n, n_at_risk, survival, greenwood_sum (product_limit) and observed_months. S is known up to
    observed_months: the longest duration, or the end of follow-up once S has reached 0.
-#}
{% macro kaplan_meier(relation, keys, leaving='n_leaving', events='n_events', factor='1.0') -%}
    at_risk as (

        select
            *,
            cast(sum(n_leaving) over whole as bigint) as n,
            cast(sum(n_leaving) over still as bigint) as n_at_risk,
            cast(sum({{ leaving }}) over still as double) as amount_at_risk
        from {{ relation }}
        window
            whole as (partition by {{ keys }}),
            still as (
                partition by {{ keys }} order by months desc rows between unbounded preceding and current row
            )

    ),

    product as (

        {{ product_limit('at_risk', keys, 'amount_at_risk', events, factor) }}

    ),

    step as (

        select
            *,
            case
                when min(survival) over (partition by {{ keys }}) = 0
                    then max(follow_up_months) over (partition by {{ keys }})
                else max(months) over (partition by {{ keys }})
            end as observed_months
        from product

    )
{%- endmacro %}
