with

source as (

    select * from {{ source('landing', 'program_occupation') }}

),

final as (

    select
        program_code,
        occupation_code,
        edition,
        fit
    from source

)

select * from final
