with

light as (

    select * from {{ ref('basis_light_index') }}
    where has_light

),

final as (

    select
        unit_id,
        year,
        'red_line:' || indicator as cause,
        'rectification' as response,
        value as detail
    from {{ ref('basis_light_share') }}
    where is_crossed
    union all
    select
        unit_id,
        year,
        'red' as cause,
        case when is_certain then 'rectification' else 'supervision' end as response,
        index as detail
    from light
    where band = 'red'
    union all
    select
        light.unit_id,
        light.year,
        'yellow' as cause,
        case when light.is_certain or before.band in ('yellow', 'red') then 'consultation' else 'notice' end
            as response,
        light.index as detail
    from light
    left join light as before on light.unit_id = before.unit_id and light.year = before.year + 1
    where light.band = 'yellow'
    union all
    select
        light.unit_id,
        light.year,
        'drop' as cause,
        case when light.band = 'green' then 'notice' else 'supervision' end as response,
        light_drop.difference as detail
    from light
    cross join {{ ref('int_light_policy') }} as policy
    inner join {{ ref('basis_light_drop') }} as light_drop
        on light.unit_id = light_drop.unit_id and light.year = light_drop.year
    where light.light <> 'red' and {{ is_at_most('light_drop.difference', '-policy.drop_points') }}
    union all
    select
        light.unit_id,
        light.year,
        'trend' as cause,
        'consultation' as response,
        trend.years_to_red as detail
    from light
    cross join {{ ref('int_light_policy') }} as policy
    inner join {{ ref('basis_light_trend') }} as trend
        on light.unit_id = trend.unit_id and light.year = trend.year
    where
        light.light <> 'red'
        and {{ is_above('trend.years_to_red', '0.0') }}
        and {{ is_at_most('trend.years_to_red', 'policy.trend_horizon') }}

)

select * from final
