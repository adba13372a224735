with

program_cohort as (

    select
        outcome.measure,
        outcome.institution_code,
        outcome.program_code,
        outcome.cohort_year,
        outcome.is_cooperative,
        graduate.program_group_code,
        count(*) as n,
        {{ key_number('outcome.publication_number') }} as key_number
    from {{ ref('int_salary_outcome') }} as outcome
    inner join {{ ref('int_graduate') }} as graduate on outcome.graduate_id = graduate.graduate_id
    where outcome.region_class is not null
    group by
        outcome.measure, outcome.institution_code, outcome.program_code, outcome.cohort_year, outcome.is_cooperative,
        graduate.program_group_code

),

-- the probability of cooperating cannot be estimated from a single cooperative institution
treated as (

    select
        scope.analysis_key,
        program_cohort.*
    from {{ ref('int_differential_scope') }} as scope
    inner join program_cohort
        on
            scope.treated_institution_code = program_cohort.institution_code
            and scope.treated_program_code = program_cohort.program_code
            and scope.treated_cohort_year = program_cohort.cohort_year
    where program_cohort.is_cooperative and not scope.is_single_treated

),

treated_group as (

    select distinct
        analysis_key,
        measure,
        program_group_code,
        cohort_year
    from treated

),

comparison as (

    select
        treated_group.analysis_key,
        program_cohort.*
    from treated_group
    inner join program_cohort
        on
            treated_group.measure = program_cohort.measure
            and treated_group.program_group_code = program_cohort.program_group_code
            and treated_group.cohort_year = program_cohort.cohort_year
    where not program_cohort.is_cooperative

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
                and treated.program_group_code = comparison.program_group_code
                and treated.cohort_year = comparison.cohort_year
        )
    union all
    select * from comparison

),

final as (

    select
        analysis_key,
        measure,
        institution_code,
        program_code,
        cohort_year,
        is_cooperative,
        n,
        key_number
    from side

)

select * from final
