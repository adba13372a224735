{#- Hires of an employer from a program, from an institution and from all institutions, from ten hires on. -#}
{%- set ends = may_have_ended('hire.months', 'hire.n_open_after', 'horizon.horizon_months') -%}
with

policy as (

    select
        disclosure.rounding_base,
        disclosure.min_n_rate,
        int_policy.max_uncertain_share
    from {{ ref('int_disclosure_policy') }} as disclosure
    cross join {{ ref('int_policy') }} as int_policy

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'published_horizon_months'

),

{{ hires_in_rows() }}, -- noqa: LT02

-- fewer hires are not published anew
unit as (

    select counted.*
    from counted
    cross join policy
    where counted.n_rounded >= policy.min_n_rate

),

duration as (

    select
        hire.unit_id,
        hire.months,
        cast(count(*) as bigint) as n_leaving,
        cast(sum(case when hire.is_event then 1 else 0 end) as bigint) as n_events,
        max(hire.follow_up_months) as follow_up_months
    from hire
    inner join unit on hire.unit_id = unit.unit_id
    group by hire.unit_id, hire.months

),

{{ kaplan_meier('duration', 'unit_id') }}, -- noqa: LT02

at_horizon as (

    select
        step.unit_id,
        horizon.horizon_months,
        max(step.n) as n,
        coalesce(min(case when step.months <= horizon.horizon_months then step.survival end), 1.0) as survival,
        coalesce(max(case when step.months <= horizon.horizon_months then step.greenwood_sum end), 0.0)
            as greenwood_sum,
        max(step.observed_months) as observed_months
    from step
    cross join horizon
    group by step.unit_id, horizon.horizon_months

),

-- who could be followed to the horizon, and whose job may have begun or ended in open months
seen as (

    select
        hire.unit_id,
        horizon.horizon_months,
        cast(sum(case when hire.follow_up_months >= horizon.horizon_months then 1 else 0 end) as bigint) as n_followed,
        greatest(
            sum(case when hire.is_after_open_month then 1 else 0 end),
            sum(case when {{ ends }} then 1 else 0 end)
        ) as n_uncertain
    from hire
    inner join unit on hire.unit_id = unit.unit_id
    cross join horizon
    group by hire.unit_id, horizon.horizon_months

),

rounded as (

    select
        at_horizon.*,
        unit.n_rounded,
        {{ rounded_count(
            'at_horizon.n * (1.0 - at_horizon.survival)', 'unit.key_number', 'policy.rounding_base'
        ) }} as n_left,
        seen.n_followed,
        seen.n_uncertain,
        {{ rounded_count('seen.n_followed', 'unit.followed_key_number', 'policy.rounding_base') }}
            as n_followed_rounded
    from unit
    cross join policy
    inner join at_horizon on unit.unit_id = at_horizon.unit_id
    inner join seen
        on
            unit.unit_id = seen.unit_id
            and at_horizon.horizon_months = seen.horizon_months

),

final as (

    select
        rounded.unit_id,
        rounded.horizon_months,
        rounded.n_rounded as n,
        rounded.n_left,
        rounded.n_followed,
        rounded.n_followed_rounded,
        {{ variance_growth(
            'rounded.n', 'rounded.survival', 'rounded.greenwood_sum', 'rounded.n_left', 'rounded.n_rounded'
        ) }} as variance_growth,
        rounded.horizon_months <= rounded.observed_months
        and rounded.n_uncertain <= round(policy.max_uncertain_share * rounded.n, 6) as is_observed
    from rounded
    cross join policy

)

select * from final
