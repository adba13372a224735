with

due_wave as (

    select * from {{ ref('int_due_wave') }}
    where activity = 'employed'

),

program_occupation as (

    select * from {{ ref('stg_program_occupation') }}

),

survey_weight as (

    select * from {{ ref('int_survey_weight') }}

),

policy as (

    select self_report_related_from from {{ ref('int_policy') }}

),

cohort_edition as (

    select
        cohort.program_code,
        cohort.cohort_year,
        coalesce(
            max(case when program_occupation.edition <= cohort.cohort_year then program_occupation.edition end),
            min(program_occupation.edition)
        ) as edition
    from (select distinct program_code, cohort_year from due_wave) as cohort
    inner join program_occupation on cohort.program_code = program_occupation.program_code
    group by cohort.program_code, cohort.cohort_year

),

occupation_list as (

    select
        cohort_edition.program_code,
        cohort_edition.cohort_year,
        program_occupation.occupation_code,
        program_occupation.fit
    from cohort_edition
    inner join program_occupation
        on
            cohort_edition.program_code = program_occupation.program_code
            and cohort_edition.edition = program_occupation.edition

),

listed_program as (

    select distinct
        program_code,
        cohort_year,
        'core_or_related' as fit
    from occupation_list
    union all
    select distinct
        program_code,
        cohort_year,
        'core' as fit
    from occupation_list
    where fit = 'core'

),

answer as (

    select
        due_wave.*,
        'self_report' as definition,
        cast(null as {{ dbt.type_string() }}) as fit,
        due_wave.program_related >= policy.self_report_related_from as is_match
    from due_wave
    cross join policy
    where due_wave.program_related is not null
    union all
    select
        due_wave.*,
        'normative' as definition,
        listed_program.fit,
        coalesce(occupation_list.fit = 'core' or listed_program.fit = 'core_or_related' and occupation_list.fit is not null, false) as is_match
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
