with

source as (

    select * from {{ source('landing', 'employer_succession') }}

),

final as (

    select
        predecessor_code,
        successor_code,
        effective_on
    from source

)

select * from final
