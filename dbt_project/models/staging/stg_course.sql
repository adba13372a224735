with

source as (

    select * from {{ source('landing', 'course') }}

),

final as (

    select
        institution_code,
        program_code,
        course_code,
        title,
        hours,
        syllabus,
        effective_from,
        effective_to,
        co_developed_with
    from source

)

select * from final
