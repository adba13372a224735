with

employment_month as (

    select * from {{ source('landing', 'employment_month') }}

),

overlapped_month as (

    select * from {{ source('landing', 'overlapped_month') }}

),

final as (

    select
        person_key,
        source_id,
        {{ month_number('month') }} as insured_month
    from employment_month
    union all
    select
        person_key,
        source_id,
        {{ month_number('month') }} as insured_month
    from overlapped_month

)

select * from final
