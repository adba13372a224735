with

source as (

    select * from {{ source('landing', 'released_light') }}

),

final as (

    select
        release_number,
        unit_year,
        part,
        item,
        column_name,
        value
    from source

)

select * from final
