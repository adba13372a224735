with

due_wave as (

    select * from {{ ref('int_due_wave') }}
    where activity = 'employed'

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

survey_weight as (

    select * from {{ ref('int_survey_weight') }}

),

policy as (

    select self_report_related_from from {{ ref('int_policy') }}

),

answer as (

    select
        due_wave.*,
        'self_report' as definition,
        cast(null as string) as fit,
        due_wave.program_related >= policy.self_report_related_from as is_match
    from due_wave
    cross join policy
    where due_wave.program_related is not null
    union all
    select
        due_wave.*,
        'normative' as definition,
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
    where due_wave.occupation_code is not null

),

final as (

    select
        answer.graduate_id,
        answer.institution_code,
        answer.program_code,
        answer.cohort_year,
        answer.wave_months,
        answer.definition,
        answer.fit,
        answer.is_match,
        survey_weight.weight
    from answer
    inner join survey_weight
        on
            answer.institution_code = survey_weight.institution_code
            and answer.program_code = survey_weight.program_code
            and answer.cohort_year = survey_weight.cohort_year
            and answer.sex = survey_weight.sex
            and answer.wave_months = survey_weight.wave_months

)

select * from final
