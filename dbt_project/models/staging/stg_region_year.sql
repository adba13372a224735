with

source as (

    select * from {{ source('landing', 'region_year') }}

),

final as (

    select
        region_code,
        year,
        price_index,
        average_wage,
        minimum_wage,
        base_floor,
        base_cap
    from source

)

select * from final
