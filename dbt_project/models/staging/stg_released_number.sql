with

source as (

    select * from {{ source('landing', 'released_number') }}

),

final as (

    select
        release_number,
        unit_family,
        kind,
        months,
        unit_id,
        number_name,
        number_value
    from source

)

select * from final
