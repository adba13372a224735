with

source as (

    select * from {{ source('landing', 'cooperation_year') }}

),

final as (

    select
        agreement_id,
        year,
        interns_hosted,
        enterprise_teaching_hours,
        board_seats_enterprise,
        board_seats_total,
        is_participating,
        cast(transformation_income as decimal(18, 2)) as transformation_income
    from source

)

select * from final
