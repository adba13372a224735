{#- Graduations behind a released unit that changed since its release. -#}
with

released_unit as (

    select distinct
        release_number,
        unit_year
    from {{ ref('stg_released_light') }}

),

-- an indicator is behind the unit if it is judged now, or was in the release
judged as (

    select distinct
        unit_year,
        item as indicator
    from {{ ref('stg_released_light') }}
    where part = 'indicator' and column_name = 'status' and value = 'ok'
    union
    select distinct
        {{ light_unit_year('scope', 'institution_code', 'program_code', 'year') }} as unit_year,
        indicator
    from {{ ref('basis_light_share') }}
    where scope in ('institution', 'program') and status = 'ok'
    union
    select
        unit_year,
        'flag' as indicator
    from {{ ref('basis_light_unit') }}
    where may_have_flag

),

changed as (

    select
        contribution.release_number,
        behind.indicator,
        behind.unit_family,
        behind.horizon_months,
        {{ light_unit_year(
            'behind.scope', 'program_cohort.institution_code',
            "case when behind.scope = 'program' then program_cohort.program_code end",
            'program_cohort.cohort_year + behind.years_before'
        ) }} as unit_year,
        contribution.member,
        contribution.contribution_before,
        contribution.contribution_now
    from {{ ref('int_changed_contribution') }} as contribution
    inner join {{ ref('int_program_cohort') }} as program_cohort on contribution.cell_id = program_cohort.cell_id
    inner join {{ ref('basis_light_behind') }} as behind
        on
            contribution.unit_family = behind.unit_family
            and contribution.months = behind.months

),

-- to a horizon counts only what happened by then
seen as (

    select
        changed.unit_year,
        changed.indicator,
        changed.unit_family,
        {% for side in ['contribution_before', 'contribution_now'] -%}
            case
                when changed.horizon_months is null or changed.{{ side }} = 'stayed' then changed.{{ side }}
                when cast(changed.{{ side }} as int) > changed.horizon_months then 'stayed'
                else changed.{{ side }}
            end as {{ side }},
        {% endfor -%}
        changed.member
    from changed
    inner join released_unit
        on
            changed.release_number = released_unit.release_number
            and changed.unit_year = released_unit.unit_year
    inner join judged
        on
            changed.unit_year = judged.unit_year
            and changed.indicator = judged.indicator

),

-- a graduation that moved between program-cohorts of one unit is one graduation
changed_member as (

    select
        unit_year,
        indicator,
        unit_family,
        member
    from seen
    group by unit_year, indicator, unit_family, member
    having coalesce(max(contribution_before), '') <> coalesce(max(contribution_now), '')

),

final as (

    select
        unit_year,
        count(distinct member) as n_changed
    from changed_member
    group by unit_year

)

select * from final
