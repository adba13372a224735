with

source as (

    select * from {{ source('landing', 'released_contribution') }}

),

final as (

    select
        release_number,
        unit_family,
        months,
        institution_code,
        program_code,
        cohort_year,
        member,
        contribution
    from source

)

select * from final
