with

day as (

    select * from {{ ref('int_flag_day') }}

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
        day.as_of,
        program_cohort.institution_code,
        program_cohort.program_code,
        day.match_cohort,
        day.pay_cohort,
        day.retention_cohort,
        cast(program_cohort.n_graduates as int) as n_graduates
    from day
    inner join program_cohort on day.match_cohort = program_cohort.cohort_year

)

select * from final
