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

step as (

    {{ product_limit('at_risk', 'rollup_id') }}

),

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
        retention,
        greenwood_sum
    from step

)

select * from final
