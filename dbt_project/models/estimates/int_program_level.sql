with

graduate as (

    select * from {{ ref('int_graduate') }}

),

counted as (

    select
        institution_code,
        program_code,
        cohort_year,
        study_level,
        row_number() over (
            partition by institution_code, program_code, cohort_year
            order by count(*) desc, study_level nulls last
        ) as place
    from graduate
    group by institution_code, program_code, cohort_year, study_level

),

final as (

    select
        institution_code,
        program_code,
        cohort_year,
        study_level
    from counted
    where place = 1

)

select * from final
