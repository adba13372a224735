with

source as (

    select * from {{ source('landing', 'graduate_number') }}

),

final as (

    select
        person_key,
        institution_code,
        program_code,
        publication_number,
        registration_number,
        followed_number
    from source

)

select * from final
