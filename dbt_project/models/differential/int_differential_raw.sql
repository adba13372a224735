with

outcome as (

    select * from {{ ref('int_salary_outcome') }}

),

treated as (

    select
        scope.analysis_key,
        outcome.*
    from {{ ref('int_differential_scope') }} as scope
    inner join outcome
        on
            scope.treated_institution_code = outcome.institution_code
            and scope.treated_program_code = outcome.program_code
            and scope.treated_cohort_year = outcome.cohort_year
    where outcome.is_cooperative

),

cell as (

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
        cell.analysis_key,
        outcome.*
    from cell
    inner join outcome
        on
            cell.measure = outcome.measure
            and cell.program_code = outcome.program_code
            and cell.study_level = outcome.study_level
            and cell.cohort_year = outcome.cohort_year
    where not outcome.is_cooperative

),

usable_cell as (

    select distinct
        analysis_key,
        measure,
        program_code,
        study_level,
        cohort_year
    from comparison

),

usable_treated as (

    select treated.*
    from treated
    inner join usable_cell
        on
            treated.analysis_key = usable_cell.analysis_key
            and treated.measure = usable_cell.measure
            and treated.program_code = usable_cell.program_code
            and treated.study_level = usable_cell.study_level
            and treated.cohort_year = usable_cell.cohort_year

),

final as (

    select
        analysis_key,
        measure,
        is_cooperative,
        count(*) as n,
        count(distinct institution_code) as n_institutions,
        cast(sum(n_limits) as bigint) as n_limits,
        percentile_cont(0.5) within group (order by real_salary_month_cny) as median_cny
    from (
        select * from usable_treated
        union all
        select * from comparison
    ) as side
    group by analysis_key, measure, is_cooperative

)

select * from final
