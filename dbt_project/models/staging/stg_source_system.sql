with

source as (

    select * from {{ source('landing', 'source_system') }}

),

final as (

    select
        source_id,
        record_type,
        priority,
        newest_period,
        is_in_service,
        counted_as,
        observed_through
    from source

)

select * from final
