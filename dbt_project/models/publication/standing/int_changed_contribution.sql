{#- Graduations whose contribution differs from the one behind the numbers of an earlier release. -#}
with

released as (

    select
        contribution.release_number,
        contribution.unit_family,
        contribution.months,
        program_cohort.cell_id,
        contribution.member,
        contribution.contribution
    from {{ ref('stg_released_contribution') }} as contribution
    inner join {{ ref('int_program_cohort') }} as program_cohort
        on
            contribution.institution_code = program_cohort.institution_code
            and contribution.program_code = program_cohort.program_code
            and contribution.cohort_year = program_cohort.cohort_year

),

release_family as (

    select distinct
        release_number,
        unit_family,
        months
    from released

),

released_cell as (

    select distinct
        release_number,
        unit_family,
        months,
        cell_id
    from released

),

-- a program-cohort of a release, or of none: then it was empty
known_cell as (

    select distinct
        unit_family,
        months,
        cell_id
    from released_cell

),

united as (

    select
        release_number,
        unit_family,
        months,
        cell_id,
        member,
        contribution as contribution_before,
        cast(null as string) as contribution_now
    from released
    union all
    select
        release_family.release_number,
        contribution.unit_family,
        contribution.months,
        contribution.cell_id,
        contribution.member,
        cast(null as string) as contribution_before,
        contribution.contribution as contribution_now
    from {{ ref('int_contribution') }} as contribution
    inner join release_family
        on
            contribution.unit_family = release_family.unit_family
            and contribution.months = release_family.months
    left join known_cell
        on
            contribution.unit_family = known_cell.unit_family
            and contribution.months = known_cell.months
            and contribution.cell_id = known_cell.cell_id
    left join released_cell
        on
            release_family.release_number = released_cell.release_number
            and contribution.unit_family = released_cell.unit_family
            and contribution.months = released_cell.months
            and contribution.cell_id = released_cell.cell_id
    where known_cell.cell_id is null or released_cell.cell_id is not null

),

final as (

    select
        release_number,
        unit_family,
        months,
        cell_id,
        member,
        max(contribution_before) as contribution_before,
        max(contribution_now) as contribution_now
    from united
    group by release_number, unit_family, months, cell_id, member
    having coalesce(max(contribution_before), '') <> coalesce(max(contribution_now), '')

)

select * from final
