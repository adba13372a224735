with

source as (

    select * from {{ source('landing', 'followup_response') }}

),

final as (

    select
        person_key,
        institution_code,
        program_code,
        wave_months,
        responded_on,
        activity,
        enterprise_code,
        job_title,
        occupation_code,
        weekly_hours,
        monthly_income,
        program_related,
        satisfaction,
        job_grade,
        promoted,
        leaving_reason
    from source

)

select * from final
