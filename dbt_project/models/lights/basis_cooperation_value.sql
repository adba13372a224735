with

cooperation as (

    select * from {{ ref('msr_cooperation') }}
    where scope in ('area', 'institution')

),

equipment as (

    select * from cooperation
    where indicator = 'key_equipment_failure_count' and status = 'ok'

),

policy as (

    select
        light_policy.failure_years,
        int_policy.normal_quantile
    from {{ ref('int_light_policy') }} as light_policy
    cross join {{ ref('int_policy') }} as int_policy

),

series as (

    {{ integers(20) }}

),

-- the items of a year count in it and in the years after it
summed as (

    select
        equipment.scope,
        case when equipment.scope = 'area' then equipment.area_code end as area_code,
        equipment.institution_code,
        equipment.year + series.number as year,
        cast(sum(equipment.n) as bigint) as n,
        sum(equipment.numerator) / sum(equipment.denominator) as value,
        max(policy.normal_quantile) as z
    from equipment
    cross join policy
    inner join series on policy.failure_years > series.number
    group by
        equipment.scope,
        case when equipment.scope = 'area' then equipment.area_code end,
        equipment.institution_code,
        equipment.year + series.number

),

final as (

    select
        scope,
        case when scope = 'area' then area_code end as area_code,
        institution_code,
        year,
        indicator,
        n,
        value,
        ci_low,
        ci_high,
        status
    from cooperation
    where indicator in ('enterprise_participation', 'outlay_intensity', 'board_share', 'intern_conversion')
    union all
    select
        scope,
        area_code,
        institution_code,
        year,
        'key_equipment_failure' as indicator,
        n,
        value,
        {{ wilson('value', 'n', 'z', '-') }} as ci_low,
        {{ wilson('value', 'n', 'z', '+') }} as ci_high,
        'ok' as status
    from summed

)

select * from final
