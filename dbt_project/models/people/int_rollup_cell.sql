{%- set scopes = {
    'program': ('program_cell', ['institution_code', 'program_code']),
    'institution': ('program_cell', ['institution_code']),
    'program_in_region': ('program_cell', ['program_code']),
    'program_group': ('program_cell', ['program_group_code']),
    'region_class': ('program_cell', ['region_class']),
    'area': ('program_cell', ['area_code']),
    'region': ('program_cell', []),
    'mode': ('mode_cell', ['mode']),
    'enterprise': ('enterprise_cell', ['enterprise_code']),
} -%}
with

program_cell as (

    select * from {{ ref('int_program_cohort') }}

),

cooperation as (

    select
        program_cell.cell_id,
        program_cell.cohort_year,
        agreement.mode,
        agreement.enterprise_code
    from program_cell
    inner join {{ ref('int_cohort_agreement') }} as agreement
        on
            program_cell.institution_code = agreement.institution_code
            and program_cell.program_code = agreement.program_code
            and program_cell.cohort_year = agreement.cohort_year

),

mode_cell as (

    select distinct
        cell_id,
        cohort_year,
        mode
    from cooperation
    union all
    select distinct
        cell_id,
        cohort_year,
        'any' as mode
    from cooperation
    union all
    select
        program_cell.cell_id,
        program_cell.cohort_year,
        'none' as mode
    from program_cell
    left join cooperation on program_cell.cell_id = cooperation.cell_id
    where cooperation.cell_id is null

),

enterprise_cell as (

    select distinct
        cell_id,
        cohort_year,
        enterprise_code
    from cooperation

),

{{ rollup_members(scopes) }}, -- noqa: LT02

by_cohort as (

    select * from member
    where cohort_year is not null
    union all
    select
        cell_id,
        scope,
        {{ rollup_codes() }},
        cast(null as int) as cohort_year
    from member

),

final as (

    select
        cast(dense_rank() over (
            order by
                scope,
                {{ rollup_codes('coalesce(', ", '')") }},
                coalesce(cohort_year, 0)
        ) as int) as rollup_id,
        *
    from by_cohort

)

select * from final
