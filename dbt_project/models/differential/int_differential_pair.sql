with

cell as (

    select
        cell_id,
        measure,
        institution_code,
        program_code,
        study_level,
        cohort_year,
        is_cooperative,
        count(*) as n,
        cast(sum(n_limits) as bigint) as n_limits,
        {{ key_number('publication_number') }} as key_number
    from {{ ref('int_salary_outcome') }}
    group by cell_id, measure, institution_code, program_code, study_level, cohort_year, is_cooperative

),

treated as (

    select
        scope.analysis_key,
        cell.*
    from {{ ref('int_differential_scope') }} as scope
    inner join cell
        on
            scope.treated_institution_code = cell.institution_code
            and scope.treated_program_code = cell.program_code
            and scope.treated_cohort_year = cell.cohort_year
    where cell.is_cooperative

),

treated_program as (

    select distinct
        analysis_key,
        measure,
        program_code,
        study_level,
        cohort_year
    from treated

),

comparison as (

    select
        treated_program.analysis_key,
        cell.*
    from treated_program
    inner join cell
        on
            treated_program.measure = cell.measure
            and treated_program.program_code = cell.program_code
            and treated_program.study_level = cell.study_level
            and treated_program.cohort_year = cell.cohort_year
    where not cell.is_cooperative

),

side as (

    select treated.*
    from treated
    where
        exists (
            select 1 from comparison
            where
                treated.analysis_key = comparison.analysis_key
                and treated.measure = comparison.measure
                and treated.program_code = comparison.program_code
                and treated.study_level = comparison.study_level
                and treated.cohort_year = comparison.cohort_year
        )
    union all
    select * from comparison

),

-- numbered before they are joined: a rank over all pairs would have to hold them in memory
analysis as (

    select
        analysis_key,
        measure,
        cast(row_number() over (order by analysis_key, measure) as int) as analysis_id
    from comparison
    group by analysis_key, measure

),

final as (

    select
        analysis.analysis_id,
        side.analysis_key,
        side.measure,
        side.cell_id,
        side.institution_code,
        side.is_cooperative,
        side.n,
        side.n_limits,
        side.key_number
    from side
    inner join analysis
        on
            side.analysis_key = analysis.analysis_key
            and side.measure = analysis.measure

)

select * from final
