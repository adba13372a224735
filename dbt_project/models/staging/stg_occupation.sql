with

source as (

    select * from {{ source('landing', 'occupation') }}

),

final as (

    select
        occupation_code,
        edition,
        occupation_name,
        required_level
    from source

)

select * from final
