with

due_wave as (

    select * from {{ ref('int_due_wave') }}
    where activity = 'employed'

),

typical_destination as (

    select * from {{ ref('int_typical_destination') }}

),

survey_weight as (

    select * from {{ ref('int_survey_weight') }}

),

rule as (

    select * from {{ ref('int_match_definition') }}
    where definition = 'self_report'

),

answer as (

    select
        due_wave.graduate_id,
        due_wave.wave_months,
        rule.version as definition,
        cast(null as string) as fit,
        due_wave.program_related >= rule.related_from as is_match
    from due_wave
    cross join rule
    where due_wave.program_related is not null
    union all
    select
        graduate_id,
        wave_months,
        'normative' as definition,
        fit,
        is_match
    from {{ ref('int_normative_match') }}
    union all
    select
        due_wave.graduate_id,
        due_wave.wave_months,
        typical_destination.version as definition,
        cast(null as string) as fit,
        typical_destination.is_typical as is_match
    from due_wave
    inner join typical_destination
        on
            due_wave.wave_months = typical_destination.wave_months
            and due_wave.institution_code = typical_destination.institution_code
            and due_wave.program_group_code = typical_destination.program_group_code
            and due_wave.occupation_code = typical_destination.occupation_code
    union all
    select
        graduate_id,
        wave_months,
        'vertical' as definition,
        fit,
        is_match
    from {{ ref('int_qualification') }}

),

final as (

    select
        due_wave.graduate_id,
        due_wave.institution_code,
        due_wave.program_code,
        due_wave.cohort_year,
        due_wave.wave_months,
        answer.definition,
        answer.fit,
        answer.is_match,
        survey_weight.weight
    from answer
    inner join due_wave
        on
            answer.graduate_id = due_wave.graduate_id
            and answer.wave_months = due_wave.wave_months
    inner join survey_weight
        on
            due_wave.institution_code = survey_weight.institution_code
            and due_wave.program_code = survey_weight.program_code
            and due_wave.cohort_year = survey_weight.cohort_year
            and due_wave.sex = survey_weight.sex
            and due_wave.wave_months = survey_weight.wave_months

)

select * from final
