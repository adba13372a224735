with

source as (

    select * from {{ source('landing', 'program') }}

),

final as (

    select
        program_code,
        edition,
        program_name,
        study_level
    from source

)

select * from final
