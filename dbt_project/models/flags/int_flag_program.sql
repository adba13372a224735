with

judged_year as (

    select
        year,
        {{ judged_day('year') }} as judged_on
    from {{ ref('int_flag_year') }}

),

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
        graduated_on,
        study_level,
        row_number() over (
            partition by institution_code, program_code, cohort_year, graduated_on
            order by case when study_level is null then 1 else 0 end, count(*) desc, study_level
        ) as place
    from graduate
    group by institution_code, program_code, cohort_year, graduated_on, study_level

),

-- later graduations say nothing about the level in an earlier year
level_of_program as (

    select
        judged_year.year,
        level_of_day.institution_code,
        level_of_day.program_code,
        level_of_day.study_level,
        row_number() over (
            partition by judged_year.year, level_of_day.institution_code, level_of_day.program_code
            order by
                case when level_of_day.study_level is null then 1 else 0 end,
                count(*) desc,
                level_of_day.study_level
        ) as place
    from judged_year
    inner join level_of_day on judged_year.judged_on >= level_of_day.graduated_on
    where level_of_day.place = 1
    group by
        judged_year.year, level_of_day.institution_code, level_of_day.program_code, level_of_day.study_level

),

final as (

    select
        year,
        institution_code,
        program_code,
        study_level
    from level_of_program
    where place = 1

)

select * from final
