with

source as (

    select * from {{ source('landing', 'enterprise') }}

),

final as (

    select
        enterprise_code,
        enterprise_name,
        year,
        industry_code,
        region_code,
        size_class,
        ownership,
        revenue,
        rd_expense,
        vocational_outlay,
        status
    from source

)

select * from final
