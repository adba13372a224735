with

source as (

    select * from {{ source('landing', 'employer_feedback') }}

),

final as (

    select
        enterprise_code,
        institution_code,
        program_code,
        year,
        satisfaction,
        would_hire_again,
        n_hired,
        missing_skills
    from source

)

select * from final
