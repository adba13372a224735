with

source as (

    select * from {{ source('landing', 'delivered_month') }}

),

final as (

    select
        person_key,
        enterprise_code,
        source_id,
        {{ month_number('month') }} as insured_month
    from source

)

select * from final
