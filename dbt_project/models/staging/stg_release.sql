with

source as (

    select * from {{ source('landing', 'release') }}

),

final as (

    select
        release_number,
        label
    from source

)

select * from final
