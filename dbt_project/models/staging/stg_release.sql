with

source as (

    select * from {{ source('landing', 'release') }}

),

final as (

    select
        release_number,
        label,
        as_of
    from source

)

select * from final
