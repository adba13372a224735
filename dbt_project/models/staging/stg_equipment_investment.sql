with

source as (

    select * from {{ source('landing', 'equipment_investment') }}

),

final as (

    select
        item_id,
        agreement_id,
        is_key,
        pledged,
        delivered,
        due_on,
        status
    from source

)

select * from final
