with

source as (

    select * from {{ source('landing', 'destination_registration') }}

),

final as (

    select
        person_key,
        institution_code,
        program_code,
        registered_on,
        destination,
        enterprise_code,
        job_title,
        occupation_code,
        industry_code,
        region_code,
        received_on
    from source

)

select * from final
