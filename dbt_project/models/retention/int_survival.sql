with

step as (

    select
        *,
        lead(months) over (partition by rollup_id order by months) as next_months,
        min(months) over (partition by rollup_id) as shortest_months
    from {{ ref('int_survival_step') }}

),

policy as (

    select rmst_months from {{ ref('int_policy') }}

),

-- Σ S(t) for t = 0 … rmst_months − 1: S is 1 before the first step and each step holds until the next
final as (

    select
        step.rollup_id,
        max(step.n) as n,
        max(step.longest_months) as longest_months,
        max(step.cell_follow_up_months) as follow_up_months,
        max(least(step.shortest_months, policy.rmst_months))
        + sum(step.retention * greatest(
            least(coalesce(step.next_months, policy.rmst_months), policy.rmst_months) - step.months, 0
        )) as rmst,
        -- S is observed up to the longest duration, or to the end of follow-up once it has reached 0
        case
            when min(step.retention) = 0 then max(step.cell_follow_up_months)
            else least(max(step.cell_follow_up_months), max(step.longest_months))
        end as observed_months
    from step
    cross join policy
    group by step.rollup_id

)

select * from final
