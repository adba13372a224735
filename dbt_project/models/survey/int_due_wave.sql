with

graduate as (

    select * from {{ ref('int_graduate') }}

),

followup_response as (

    select * from {{ ref('stg_followup_response') }}

),

wave as (

    select cast(value as int) as wave_months
    from {{ ref('stg_policy_indicator') }}
    where name = 'survey_wave_months'

),

final as (

    select
        graduate.graduate_id,
        graduate.institution_code,
        graduate.program_code,
        graduate.program_group_code,
        graduate.cohort_year,
        graduate.sex,
        graduate.study_level,
        graduate.province_code,
        wave.wave_months,
        graduate.graduation_month + wave.wave_months as wave_month,
        followup_response.person_key is not null as is_answered,
        followup_response.responded_on,
        followup_response.activity,
        followup_response.enterprise_code,
        followup_response.occupation_code,
        followup_response.weekly_hours,
        followup_response.monthly_income,
        followup_response.program_related,
        followup_response.job_grade,
        followup_response.promoted,
        followup_response.leaving_reason
    from graduate
    cross join wave
    left join followup_response
        on
            graduate.person_key = followup_response.person_key
            and graduate.institution_code = followup_response.institution_code
            and graduate.program_code = followup_response.program_code
            and wave.wave_months = followup_response.wave_months
    where
        {{ add_months('graduate.graduated_on', 'wave.wave_months') }} <= {{ as_of() }}
        and (
            graduate.next_graduation_month is null
            or graduate.graduation_month + wave.wave_months < graduate.next_graduation_month
        )

)

select * from final
