with

duration as (

    select * from {{ ref('int_survival_duration') }}

),

at_risk as (

    select
        *,
        sum(n_leaving) over cell as n,
        max(months) over cell as longest_months,
        max(follow_up_months) over cell as cell_follow_up_months,
        sum(n_leaving) over (
            partition by rollup_id
            order by months desc
            rows between unbounded preceding and current row
        ) as n_at_risk
    from duration
    window cell as (partition by rollup_id)

),

hazard as (

    select
        *,
        case when n_at_risk > n_events then ln(1.0 - cast(n_events as double) / n_at_risk) end as log_factor,
        case when n_at_risk > n_events then cast(n_events as double) / n_at_risk / (n_at_risk - n_events) end
            as greenwood
    from at_risk

),

-- everybody at risk leaves: the product is 0 from here on
final as (

    select
        rollup_id,
        months,
        cast(n as bigint) as n,
        cast(n_at_risk as bigint) as n_at_risk,
        cast(n_leaving as bigint) as n_leaving,
        cast(n_events as bigint) as n_events,
        longest_months,
        cell_follow_up_months,
        case when log_factor is null then 0.0 else exp(sum(log_factor) over so_far) end as retention,
        sum(greenwood) over so_far as greenwood_sum
    from hazard
    window so_far as (
        partition by rollup_id
        order by months
        rows between unbounded preceding and current row
    )

)

select * from final
