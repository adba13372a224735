with

salary_stratum as (

    select * from {{ ref('int_salary_stratum') }}

),

scope as (

    select * from {{ ref('int_differential_scope') }}

),

treated as (

    select
        scope.analysis_key,
        scope.is_single_treated,
        salary_stratum.*
    from scope
    inner join salary_stratum
        on
            scope.treated_institution_code = salary_stratum.institution_code
            and scope.treated_program_code = salary_stratum.program_code
            and scope.treated_cohort_year = salary_stratum.cohort_year
    where salary_stratum.is_cooperative

),

stratum as (

    select distinct
        analysis_key,
        is_single_treated,
        measure,
        stratum_key
    from treated

),

comparison as (

    select
        stratum.analysis_key,
        stratum.is_single_treated,
        salary_stratum.*
    from stratum
    inner join salary_stratum
        on
            stratum.measure = salary_stratum.measure
            and stratum.stratum_key = salary_stratum.stratum_key
    where not salary_stratum.is_cooperative

),

final as (

    select * from treated
    union all
    select * from comparison

)

select * from final
