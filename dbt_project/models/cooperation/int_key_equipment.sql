with

equipment as (

    select * from {{ ref('stg_equipment_investment') }}
    where is_key

),

agreement as (

    select * from {{ ref('stg_cooperation_agreement') }}

),

institution as (

    select
        institution_code,
        valid_from,
        {{ province('region_code') }} as region_code
    from {{ ref('stg_institution') }}

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
            and {{ days_between('equipment.due_on', 'observation.as_of') }} > policy.equipment_overdue_days
        ) as is_failed,
        equipment.status = 'delivered' as is_delivered
    from equipment
    inner join agreement on equipment.agreement_id = agreement.agreement_id
    cross join {{ ref('int_policy') }} as policy
    cross join {{ ref('int_observation') }} as observation

),

placed as (

    select
        judged.*,
        institution.region_code,
        row_number() over (partition by judged.item_id order by institution.valid_from desc) as newest_first
    from judged
    left join institution
        on
            judged.institution_code = institution.institution_code
            and institution.valid_from <= make_date(judged.year, 12, 31)
    where
        judged.is_failed
        or judged.is_delivered

),

final as (

    select
        item_id,
        institution_code,
        region_code,
        year,
        pledged,
        is_failed
    from placed
    where newest_first = 1

)

select * from final
