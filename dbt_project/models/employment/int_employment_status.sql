with

due_wave as (

    select * from {{ ref('int_due_wave') }}

),

register_wave as (

    select * from {{ ref('int_register_wave') }}

),

survey_weight as (

    select * from {{ ref('int_survey_weight') }}

),

-- no rows for a wave that nobody answered: it was not carried out, and a share of 0 would be wrong
asked as (

    select distinct wave_months from due_wave
    where is_answered

),

formula as (

    select * from {{ ref('stg_policy_employment_formula') }}
    where is_counted

),

final as (

    select
        due_wave.graduate_id,
        due_wave.institution_code,
        due_wave.program_code,
        due_wave.cohort_year,
        due_wave.wave_months,
        formula.definition,
        formula.is_placed as is_hit,
        case when formula.is_weighted then survey_weight.weight end as weight
    from due_wave
    inner join asked on due_wave.wave_months = asked.wave_months
    inner join formula on formula.activity = coalesce(due_wave.activity, 'unknown')
    left join survey_weight
        on
            due_wave.institution_code = survey_weight.institution_code
            and due_wave.program_code = survey_weight.program_code
            and due_wave.cohort_year = survey_weight.cohort_year
            and due_wave.sex = survey_weight.sex
            and due_wave.wave_months = survey_weight.wave_months
    union all
    select
        graduate_id,
        institution_code,
        program_code,
        cohort_year,
        wave_months,
        'register' as definition,
        is_insured as is_hit,
        cast(null as double) as weight
    from register_wave
    union all
    select
        graduate_id,
        institution_code,
        program_code,
        cohort_year,
        wave_months,
        'not_captured' as definition,
        is_not_captured as is_hit,
        cast(null as double) as weight
    from register_wave
    where is_capture_observed

)

select * from final
