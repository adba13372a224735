with

source as (

    select * from {{ source('landing', 'allocation_base') }}

),

final as (

    select
        institution_code,
        year,
        cast(base_cny as decimal(18, 2)) as base_cny
    from source

)

select * from final
