with

due_wave as (

    select * from {{ ref('int_due_wave') }}
    where activity = 'employed' and occupation_code is not null

),

occupation_list as (

    select * from {{ ref('int_occupation_list') }}

),

listed_program as (

    select distinct
        program_code,
        cohort_year,
        fit
    from occupation_list

),

final as (

    select
        due_wave.graduate_id,
        due_wave.wave_months,
        listed_program.fit,
        occupation_list.occupation_code is not null as is_match
    from due_wave
    inner join listed_program
        on
            due_wave.program_code = listed_program.program_code
            and due_wave.cohort_year = listed_program.cohort_year
    left join occupation_list
        on
            due_wave.program_code = occupation_list.program_code
            and due_wave.cohort_year = occupation_list.cohort_year
            and due_wave.occupation_code = occupation_list.occupation_code
            and listed_program.fit = occupation_list.fit

)

select * from final
