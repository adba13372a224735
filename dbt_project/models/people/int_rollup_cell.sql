{%- set scopes = {
    'program': ('program_cell', ['institution_code', 'program_code']),
    'institution': ('program_cell', ['institution_code']),
    'program_in_region': ('program_cell', ['program_code']),
    'program_group': ('program_cell', ['program_group_code']),
    'region_class': ('program_cell', ['region_class']),
    'region': ('program_cell', []),
    'mode': ('mode_cell', ['mode']),
    'enterprise': ('enterprise_cell', ['enterprise_code']),
    'employer': ('employer_cell', ['enterprise_code']),
} -%}
with

cell as (

    select * from {{ ref('int_cell') }}

),

program_cell as (

    select * from cell
    where not is_employer

),

employer_cell as (

    select * from cell
    where is_employer

),

mode_cell as (

    select
        program_cell.*,
        cell_mode.mode
    from program_cell
    inner join {{ ref('int_cell_mode') }} as cell_mode on program_cell.cell_id = cell_mode.cell_id

),

enterprise_cell as (

    select distinct
        program_cell.cell_id,
        program_cell.cohort_year,
        agreement.enterprise_code
    from program_cell
    inner join {{ ref('int_cohort_agreement') }} as agreement
        on
            program_cell.institution_code = agreement.institution_code
            and program_cell.program_code = agreement.program_code
            and program_cell.cohort_year = agreement.cohort_year

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
