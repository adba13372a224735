with

source as (

    select * from {{ source('landing', 'employment_month') }}

),

final as (

    select
        person_key,
        enterprise_code,
        month,
        contribution_base,
        region_code,
        {{ month_number('month') }} as insured_month
    from source

)

select * from final
