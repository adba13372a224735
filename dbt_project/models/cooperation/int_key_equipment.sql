with

equipment as (

    select * from {{ ref('stg_equipment_investment') }}
    where is_key

),

agreement as (

    select * from {{ ref('stg_cooperation_agreement') }}

),

-- equipment long overdue counts as failed, whatever its status
judged as (

    select
        agreement.institution_code,
        year(equipment.due_on) as year,
        equipment.item_id,
        equipment.due_on,
        equipment.pledged,
        equipment.status = 'failed'
        or (
            equipment.status = 'pending'
            and {{ days_between('equipment.due_on', as_of()) }} > policy.equipment_overdue_days
        ) as is_failed,
        equipment.status = 'delivered' as is_delivered
    from equipment
    inner join agreement on equipment.agreement_id = agreement.agreement_id
    cross join {{ ref('int_policy') }} as policy

),

institution_in_year as (

    {{ institution_in_year('judged') }}

),

final as (

    select
        judged.item_id,
        judged.institution_code,
        institution_in_year.area_code,
        judged.year,
        judged.pledged,
        judged.is_failed
    from judged
    left join institution_in_year
        on
            judged.institution_code = institution_in_year.institution_code
            and judged.year = institution_in_year.on_year
    where
        judged.is_failed
        or judged.is_delivered

)

select * from final
