{#- Rounded counts of people who moved up by each horizon, by program-cohort: n times the cumulative incidence. -#}
with

person as (

    select
        promotion.*,
        graduate_cell.cell_id,
        graduation_number.publication_number
    from {{ ref('int_promotion') }} as promotion
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on promotion.graduate_id = graduate_cell.graduate_id
    inner join {{ ref('int_graduation_number') }} as graduation_number
        on promotion.graduate_id = graduation_number.graduate_id

),

duration as (

    select
        cell_id,
        months,
        cast(count(*) as bigint) as n_leaving,
        cast(sum(case when is_event then 1 else 0 end) as bigint) as n_events,
        max(last_due_months) as follow_up_months
    from person
    group by cell_id, months

),

{{ kaplan_meier('duration', 'cell_id') }}, -- noqa: LT02

number as (

    select
        cell_id,
        {{ key_number('publication_number') }} as key_number
    from person
    group by cell_id

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'promotion_horizon_months'

),

at_horizon as (

    select
        step.cell_id,
        horizon.horizon_months,
        max(step.n) as n,
        coalesce(min(case when step.months <= horizon.horizon_months then step.survival end), 1.0) as survival,
        coalesce(max(case when step.months <= horizon.horizon_months then step.greenwood_sum end), 0.0)
            as greenwood_sum,
        max(step.observed_months) as observed_months
    from step
    cross join horizon
    group by step.cell_id, horizon.horizon_months

),

rounded as (

    select
        at_horizon.*,
        {{ rounded_count('cast(at_horizon.n as double)', 'number.key_number', 'policy.rounding_base') }} as rounded_n,
        {{ rounded_count('at_horizon.n * (1.0 - at_horizon.survival)', 'number.key_number', 'policy.rounding_base') }}
            as k
    from at_horizon
    cross join {{ ref('int_disclosure_policy') }} as policy
    inner join number on at_horizon.cell_id = number.cell_id

),

final as (

    select
        cell_id,
        horizon_months,
        rounded_n as n,
        k,
        {{ variance_growth('n', 'survival', 'greenwood_sum', 'k', 'rounded_n') }} as variance_growth,
        horizon_months <= observed_months as is_observed
    from rounded

)

select * from final
