{% set cell = 'rollup_id, weighting' %}
with

duration as (

    select * from {{ ref('int_promotion_duration') }}

),

at_risk as (

    select
        *,
        sum(n_leaving) over whole as n,
        max(months) over whole as longest_months,
        max(last_due_months) over whole as follow_up_months,
        sum(n_leaving) over still as n_at_risk,
        sum(sum_weight) over still as weight_at_risk,
        -- Σw² / Σw: 1 without weights; turns a sum of weights into an effective number of people
        sum(sum_weight_squared) over whole / sum(sum_weight) over whole as weight_per_person
    from duration
    window
        whole as (partition by {{ cell }}),
        still as (partition by {{ cell }} order by months desc rows between unbounded preceding and current row)

),

-- everybody at risk moves up: the product is 0 from here on
hazard as (

    select
        *,
        case when n_at_risk > n_events then ln(1.0 - sum_weight_events / weight_at_risk) end as log_factor,
        case
            when n_at_risk > n_events
                then
                    weight_per_person * sum_weight_events / weight_at_risk / (weight_at_risk - sum_weight_events)
        end as greenwood
    from at_risk

),

final as (

    select
        {{ cell }},
        months,
        cast(n as bigint) as n,
        cast(n_leaving as bigint) as n_leaving,
        cast(n_events as bigint) as n_events,
        longest_months,
        follow_up_months,
        case when log_factor is null then 0.0 else exp(sum(log_factor) over so_far) end as still_waiting,
        sum(greenwood) over so_far as greenwood_sum
    from hazard
    window so_far as (partition by {{ cell }} order by months rows between unbounded preceding and current row)

)

select * from final
