{#- What a release of this run has to keep, besides int_release_contribution, of the graduations behind its lights. -#}
with

standing_cell as (

    select distinct
        standing.release_number,
        behind.unit_family,
        behind.months,
        program_cohort.institution_code,
        program_cohort.program_code,
        program_cohort.cohort_year
    from {{ ref('basis_standing_light') }} as standing
    cross join {{ ref('basis_light_behind') }} as behind
    inner join {{ ref('int_program_cohort') }} as program_cohort
        on standing.unit_year = {{ light_unit_year(
            'behind.scope', 'program_cohort.institution_code',
            "case when behind.scope = 'program' then program_cohort.program_code end",
            'program_cohort.cohort_year + behind.years_before'
        ) }}

),

kept_cell as (

    select distinct
        release_number,
        unit_family,
        months,
        institution_code,
        program_code,
        cohort_year
    from {{ ref('int_release_contribution') }}

),

final as (

    select contribution.*
    from {{ ref('stg_released_contribution') }} as contribution
    inner join standing_cell
        on
            contribution.release_number = standing_cell.release_number
            and contribution.unit_family = standing_cell.unit_family
            and contribution.months = standing_cell.months
            and contribution.institution_code = standing_cell.institution_code
            and contribution.program_code = standing_cell.program_code
            and contribution.cohort_year = standing_cell.cohort_year
    left join kept_cell
        on
            contribution.release_number = kept_cell.release_number
            and contribution.unit_family = kept_cell.unit_family
            and contribution.months = kept_cell.months
            and contribution.institution_code = kept_cell.institution_code
            and contribution.program_code = kept_cell.program_code
            and contribution.cohort_year = kept_cell.cohort_year
    where kept_cell.release_number is null

)

select * from final
