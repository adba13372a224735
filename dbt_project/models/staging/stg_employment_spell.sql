with

source as (

    select * from {{ source('landing', 'employment_spell') }}

),

final as (

    select
        person_key,
        employer,
        started_on,
        ended_on,
        observed_on,
        monthly_wage,
        job_title,
        occupation_code,
        region_code
    from source

)

select * from final
