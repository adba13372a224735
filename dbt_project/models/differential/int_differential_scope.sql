with

cooperative_cohort as (

    select * from {{ ref('int_cooperative_cohort') }}

),

judged as (

    select distinct
        institution_code as treated_institution_code,
        program_code as treated_program_code,
        cohort_year as treated_cohort_year
    from cooperative_cohort

),

no_code as (

    select cast(null as string) as code

),

scope as (

    select
        'region' as scope,
        no_code.code as institution_code,
        no_code.code as program_code,
        no_code.code as mode,
        judged.*
    from judged
    cross join no_code
    union all
    select
        'institution' as scope,
        judged.treated_institution_code as institution_code,
        no_code.code as program_code,
        no_code.code as mode,
        judged.*
    from judged
    cross join no_code
    union all
    select
        'program' as scope,
        judged.treated_institution_code as institution_code,
        judged.treated_program_code as program_code,
        no_code.code as mode,
        judged.*
    from judged
    cross join no_code
    union all
    select
        'mode' as scope,
        no_code.code as institution_code,
        no_code.code as program_code,
        cooperative_cohort.mode,
        cooperative_cohort.institution_code as treated_institution_code,
        cooperative_cohort.program_code as treated_program_code,
        cooperative_cohort.cohort_year as treated_cohort_year
    from cooperative_cohort
    cross join no_code

),

by_cohort as (

    select
        *,
        treated_cohort_year as cohort_year
    from scope
    union all
    select
        *,
        cast(null as int) as cohort_year
    from scope

),

final as (

    select
        scope || '|' || coalesce(institution_code, '') || '|' || coalesce(program_code, '')
        || '|' || coalesce(mode, '') || '|' || coalesce(cast(cohort_year as string), '') as analysis_key,
        scope in ('institution', 'program') as is_single_treated,
        *
    from by_cohort

)

select * from final
