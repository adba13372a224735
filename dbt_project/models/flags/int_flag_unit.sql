with

judged as (

    select * from {{ ref('int_flag_year') }}

),

graduate as (

    select *
    from {{ ref('int_graduate') }}
    where graduated_on <= {{ as_of() }}

),

program_cohort as (

    select
        institution_code,
        program_code,
        cohort_year,
        count(*) as n_graduates
    from graduate
    group by institution_code, program_code, cohort_year

),

final as (

    select
        judged.year,
        program_cohort.institution_code,
        program_cohort.program_code,
        judged.match_cohort,
        judged.pay_cohort,
        judged.retention_cohort,
        cast(program_cohort.n_graduates as int) as n_graduates
    from judged
    inner join program_cohort on judged.match_cohort = program_cohort.cohort_year

)

select * from final
