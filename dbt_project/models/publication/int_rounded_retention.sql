with

policy as (

    select * from {{ ref('int_disclosure_policy') }}

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'published_horizon_months'

),

first_spell as (

    select
        graduate_cell.cell_id,
        cast(first_spell.duration_months as int) as months,
        first_spell.is_event,
        first_spell.seen_until_month - first_spell.start_month + 1 as follow_up_months,
        graduation_number.publication_number,
        graduation_number.followed_number
    from {{ ref('int_first_spell') }} as first_spell
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on first_spell.graduate_id = graduate_cell.graduate_id
    inner join {{ ref('int_graduation_number') }} as graduation_number
        on first_spell.graduate_id = graduation_number.graduate_id
    where first_spell.duration_months is not null

),

unit_cell as (

    select * from {{ ref('int_publication_unit') }}

),

cell_duration as (

    select
        cell_id,
        months,
        cast(count(*) as bigint) as n_leaving,
        cast(sum(case when is_event then 1 else 0 end) as bigint) as n_events,
        max(follow_up_months) as follow_up_months
    from first_spell
    group by cell_id, months

),

duration as (

    select
        unit_cell.unit_id,
        cell_duration.months,
        cast(sum(cell_duration.n_leaving) as bigint) as n_leaving,
        cast(sum(cell_duration.n_events) as bigint) as n_events,
        max(cell_duration.follow_up_months) as follow_up_months
    from cell_duration
    inner join unit_cell on cell_duration.cell_id = unit_cell.cell_id
    group by unit_cell.unit_id, cell_duration.months

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

cell_number as (

    select
        cell_id,
        {{ key_number('publication_number') }} as key_number,
        {{ key_number('followed_number') }} as followed_key_number
    from first_spell
    group by cell_id

),

unit_number as (

    select
        unit_cell.unit_id,
        {{ key_number('cell_number.key_number') }} as key_number,
        {{ key_number('cell_number.followed_key_number') }} as followed_key_number
    from cell_number
    inner join unit_cell on cell_number.cell_id = unit_cell.cell_id
    group by unit_cell.unit_id

),

cell_followed as (

    select
        first_spell.cell_id,
        horizon.horizon_months,
        cast(sum(case when first_spell.follow_up_months >= horizon.horizon_months then 1 else 0 end) as bigint)
            as n_followed
    from first_spell
    cross join horizon
    group by first_spell.cell_id, horizon.horizon_months

),

-- more than the permitted share may have begun or ended in open months
unit_uncertain as (

    select
        unit_cell.unit_id,
        uncertain.months,
        greatest(sum(uncertain.n_uncertain_start), sum(uncertain.n_uncertain_end)) as n_uncertain
    from {{ ref('int_uncertain_month') }} as uncertain
    inner join unit_cell on uncertain.cell_id = unit_cell.cell_id
    group by unit_cell.unit_id, uncertain.months

),

followed as (

    select
        unit_cell.unit_id,
        cell_followed.horizon_months,
        cast(sum(cell_followed.n_followed) as bigint) as n_followed
    from cell_followed
    inner join unit_cell on cell_followed.cell_id = unit_cell.cell_id
    group by unit_cell.unit_id, cell_followed.horizon_months

),

unit as (

    select
        unit_id,
        scope,
        {{ published_codes() }},
        cohort_from,
        cohort_to,
        block_length
    from unit_cell
    group by unit_id, scope, {{ published_codes() }}, cohort_from, cohort_to, block_length

),

rounded as (

    select
        at_horizon.*,
        followed.n_followed,
        {{ rounded_count('at_horizon.n', 'unit_number.key_number', 'policy.rounding_base') }} as rounded_n,
        {{ rounded_count(
            'at_horizon.n * (1.0 - at_horizon.survival)', 'unit_number.key_number', 'policy.rounding_base'
        ) }} as n_left,
        {{ rounded_count('followed.n_followed', 'unit_number.followed_key_number', 'policy.rounding_base') }}
            as n_followed_rounded
    from at_horizon
    cross join policy
    inner join unit_number on at_horizon.unit_id = unit_number.unit_id
    inner join followed
        on
            at_horizon.unit_id = followed.unit_id
            and at_horizon.horizon_months = followed.horizon_months

),

final as (

    select
        unit.unit_id,
        unit.scope,
        {{ published_codes('unit.') }},
        unit.cohort_from,
        unit.cohort_to,
        unit.block_length,
        rounded.horizon_months,
        rounded.n_followed,
        rounded.rounded_n as n,
        rounded.n_left,
        rounded.n_followed_rounded,
        {{ variance_growth(
            'rounded.n', 'rounded.survival', 'rounded.greenwood_sum', 'rounded.n_left', 'rounded.rounded_n'
        ) }} as variance_growth,
        rounded.horizon_months <= rounded.observed_months
        and coalesce(uncertain.n_uncertain, 0) <= round(int_policy.max_uncertain_share * rounded.n, 6) as is_observed
    from rounded
    cross join {{ ref('int_policy') }} as int_policy
    inner join unit on rounded.unit_id = unit.unit_id
    left join unit_uncertain as uncertain
        on
            rounded.unit_id = uncertain.unit_id
            and rounded.horizon_months = uncertain.months

)

select * from final
