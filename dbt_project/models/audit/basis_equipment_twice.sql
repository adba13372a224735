with

item as (

    select
        equipment.item_id,
        equipment.agreement_id,
        agreement.institution_code,
        coalesce(employer_map.mapped_code, agreement.enterprise_code) as enterprise_code,
        {{ money('equipment.pledged') }} as pledged,
        {{ money('equipment.delivered') }} as delivered,
        equipment.due_on
    from {{ ref('stg_equipment_investment') }} as equipment
    inner join {{ ref('stg_cooperation_agreement') }} as agreement
        on equipment.agreement_id = agreement.agreement_id
    left join {{ ref('int_employer_map') }} as employer_map
        on agreement.enterprise_code = employer_map.enterprise_code
    where equipment.pledged > 0 and equipment.delivered > 0

),

final as (

    select distinct
        item.agreement_id,
        item.institution_code,
        item.enterprise_code,
        year(item.due_on) as year
    from item
    inner join item as other
        on
            item.enterprise_code = other.enterprise_code
            and item.pledged = other.pledged
            and item.delivered = other.delivered
            and item.due_on = other.due_on
    where item.agreement_id <> other.agreement_id

)

select * from final
