{#- Units of earlier releases that keep their numbers: fewer graduations changed than policy asks for. -#}
with

released_unit as (

    select distinct
        release_number,
        unit_family,
        kind,
        months,
        unit_id
    from {{ ref('stg_released_number') }}
    where unit_family <> 'pay_block'

),

-- retention and promotion are published by horizon, from one contribution per graduation
compared_unit as (

    select
        *,
        case when unit_family in ('retention', 'promotion', 'hire') then 0 else months end as contribution_months
    from released_unit

),

changed as (

    select
        contribution.release_number,
        contribution.unit_family,
        contribution.months,
        unit.unit_id,
        contribution.member,
        contribution.contribution_before,
        contribution.contribution_now
    from {{ ref('int_changed_contribution') }} as contribution
    inner join {{ ref('int_publication_unit') }} as unit on contribution.cell_id = unit.cell_id
    union all
    select
        release_number,
        unit_family,
        months,
        unit_id,
        member,
        contribution_before,
        contribution_now
    from {{ ref('int_changed_part') }}

),

-- what a graduation contributes to a unit: to its size only that it is there, to a horizon only what happened by then
seen as (

    select
        compared_unit.unit_family,
        compared_unit.kind,
        compared_unit.months,
        compared_unit.unit_id,
        {% for side in ['contribution_before', 'contribution_now'] -%}
            case
                when changed.{{ side }} is null then null
                when compared_unit.kind = 'size' then 'in'
                when compared_unit.unit_family not in ('retention', 'promotion', 'hire') then changed.{{ side }}
                when changed.{{ side }} = 'stayed' then 'stayed'
                when cast(changed.{{ side }} as int) > compared_unit.months then 'stayed'
                else changed.{{ side }}
            end as {{ side }},
        {% endfor -%}
        changed.member
    from compared_unit
    inner join changed
        on
            compared_unit.release_number = changed.release_number
            and compared_unit.unit_family = changed.unit_family
            and compared_unit.contribution_months = changed.months
            and compared_unit.unit_id = changed.unit_id

),

-- a graduation that moved between program-cohorts of one row is one graduation
changed_member as (

    select
        unit_family,
        kind,
        months,
        unit_id,
        member
    from seen
    group by unit_family, kind, months, unit_id, member
    having coalesce(max(contribution_before), '') <> coalesce(max(contribution_now), '')

),

counted as (

    select
        unit_family,
        kind,
        months,
        unit_id,
        count(*) as n_changed
    from changed_member
    group by unit_family, kind, months, unit_id

),

final as (

    select
        released_unit.*,
        coalesce(counted.n_changed, 0) as n_changed
    from released_unit
    cross join {{ ref('int_disclosure_policy') }} as policy
    left join counted
        on
            released_unit.unit_family = counted.unit_family
            and released_unit.kind = counted.kind
            and released_unit.months = counted.months
            and released_unit.unit_id = counted.unit_id
    where coalesce(counted.n_changed, 0) < policy.refresh_min_changes

)

select * from final
