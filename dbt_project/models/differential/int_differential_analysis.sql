with

scope as (

    select * from {{ ref('int_differential_scope') }}

),

outcome as (

    select
        measure,
        institution_code,
        program_code,
        cohort_year,
        count(*) as n,
        {{ key_number('publication_number') }} as key_number
    from {{ ref('int_salary_outcome') }}
    where is_cooperative
    group by measure, institution_code, program_code, cohort_year

),

final as (

    select
        scope.analysis_key,
        outcome.measure,
        scope.scope,
        scope.institution_code,
        scope.program_code,
        scope.mode,
        scope.cohort_year,
        scope.is_single_treated,
        cast(sum(outcome.n) as bigint) as n_treated,
        {{ key_number('outcome.key_number') }} as key_number
    from scope
    inner join outcome
        on
            scope.treated_institution_code = outcome.institution_code
            and scope.treated_program_code = outcome.program_code
            and scope.treated_cohort_year = outcome.cohort_year
    group by
        scope.analysis_key,
        outcome.measure,
        scope.scope,
        scope.institution_code,
        scope.program_code,
        scope.mode,
        scope.cohort_year,
        scope.is_single_treated

)

select * from final
