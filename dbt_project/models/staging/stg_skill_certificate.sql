with

source as (

    select * from {{ source('landing', 'skill_certificate') }}

),

final as (

    select
        person_key,
        certificate_code,
        level,
        examined_on,
        passed
    from source

)

select * from final
