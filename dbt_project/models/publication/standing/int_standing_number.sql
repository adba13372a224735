with

final as (

    select released.*
    from {{ ref('stg_released_number') }} as released
    inner join {{ ref('int_standing_unit') }} as unit
        on
            released.unit_family = unit.unit_family
            and released.kind = unit.kind
            and released.months = unit.months
            and released.unit_id = unit.unit_id

)

select * from final
