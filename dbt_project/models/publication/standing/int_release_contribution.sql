{{ config(materialized='table' if target.name == 'cluster' else 'view') }}
{#- What a release of this run has to keep of the graduations behind its numbers. -#}
with

standing_unit as (

    select distinct
        release_number,
        unit_family,
        case when unit_family in ('retention', 'promotion', 'hire') then 0 else months end as months,
        unit_id
    from {{ ref('int_standing_unit') }}

),

standing_part as (

    select distinct
        part.release_number,
        part.unit_family,
        part.months,
        {{ part_row_id('part') }} as row_id
    from (
        select
            release_number,
            unit_family,
            months,
            {{ of_part_id('unit_id', 'part_name') }}
        from standing_unit
        where unit_family in ('hire', 'category_pay')
    ) as part

),

standing_cell as (

    select distinct
        standing_unit.release_number,
        standing_unit.unit_family,
        standing_unit.months,
        unit.institution_code,
        unit.program_code,
        unit.cohort_from as cohort_year
    from standing_unit
    inner join {{ ref('int_publication_unit') }} as of_row on standing_unit.unit_id = of_row.unit_id
    inner join {{ ref('int_publication_unit') }} as unit
        on
            of_row.cell_id = unit.cell_id
            and unit.scope = 'program'
            and unit.block_length = 1
    union
    select
        standing_part.release_number,
        standing_part.unit_family,
        standing_part.months,
        program_cohort.institution_code,
        program_cohort.program_code,
        program_cohort.cohort_year
    from standing_part
    inner join {{ ref('int_part_row') }} as part_row
        on
            standing_part.unit_family = part_row.unit_family
            and standing_part.row_id = part_row.row_id
    inner join {{ ref('int_program_cohort') }} as program_cohort on part_row.cell_id = program_cohort.cell_id

),

final as (

    select
        contribution.release_number,
        contribution.unit_family,
        contribution.months,
        contribution.institution_code,
        contribution.program_code,
        contribution.cohort_year,
        contribution.member,
        contribution.contribution
    from {{ ref('stg_released_contribution') }} as contribution
    inner join standing_cell
        on
            contribution.release_number = standing_cell.release_number
            and contribution.unit_family = standing_cell.unit_family
            and contribution.months = standing_cell.months
            and contribution.institution_code = standing_cell.institution_code
            and contribution.program_code = standing_cell.program_code
            and contribution.cohort_year = standing_cell.cohort_year
    union all
    select
        {{ next_release_number() }} as release_number,
        contribution.unit_family,
        contribution.months,
        program_cohort.institution_code,
        program_cohort.program_code,
        program_cohort.cohort_year,
        contribution.member,
        contribution.contribution
    from {{ ref('int_contribution') }} as contribution
    inner join {{ ref('int_program_cohort') }} as program_cohort on contribution.cell_id = program_cohort.cell_id

)

select * from final
