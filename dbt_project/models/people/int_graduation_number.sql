with

graduate as (

    select * from {{ ref('int_graduate') }}

),

final as (

    select
        graduate.graduate_id,
        graduation_number.publication_number,
        graduation_number.registration_number,
        graduation_number.followed_number
    from graduate
    inner join {{ ref('stg_graduate_number') }} as graduation_number
        on
            graduate.person_key = graduation_number.person_key
            and graduate.institution_code = graduation_number.institution_code
            and graduate.program_code = graduation_number.program_code

)

select * from final
