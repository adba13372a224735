with

graduate as (

    select *
    from {{ ref('int_graduate') }}
    where graduated_on <= {{ as_of() }}

),

-- per graduation day the most frequent level of study
level_of_day as (

    select
        institution_code,
        program_code,
        study_level,
        row_number() over (
            partition by institution_code, program_code, cohort_year, graduated_on
            order by case when study_level is null then 1 else 0 end, count(*) desc, study_level
        ) as place
    from graduate
    group by institution_code, program_code, cohort_year, graduated_on, study_level

),

level_of_program as (

    select
        institution_code,
        program_code,
        study_level,
        row_number() over (
            partition by institution_code, program_code
            order by case when study_level is null then 1 else 0 end, count(*) desc, study_level
        ) as place
    from level_of_day
    where place = 1
    group by institution_code, program_code, study_level

),

final as (

    select
        institution_code,
        program_code,
        study_level
    from level_of_program
    where place = 1

)

select * from final
