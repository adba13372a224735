with

region_class as (

    select distinct region_class from {{ ref('dim_institution') }}
    where region_class is not null
    union
    select 'any' as region_class

),

indicator as (

    select
        indicator.scope,
        region_class.region_class,
        indicator.indicator,
        indicator.level,
        coalesce(own_weight.weight, any_weight.weight, 0.0) as weight,
        coalesce(own_level.weight, any_level.weight, 0.0) as level_weight
    from {{ ref('stg_policy_light_indicator') }} as indicator
    cross join region_class
    left join {{ ref('stg_policy_light_weight') }} as own_weight
        on indicator.indicator = own_weight.indicator and region_class.region_class = own_weight.region_class
    left join {{ ref('stg_policy_light_weight') }} as any_weight
        on indicator.indicator = any_weight.indicator and any_weight.region_class = 'any'
    left join {{ ref('stg_policy_light_level') }} as own_level
        on
            indicator.scope = own_level.scope
            and indicator.level = own_level.level
            and region_class.region_class = own_level.region_class
    left join {{ ref('stg_policy_light_level') }} as any_level
        on
            indicator.scope = any_level.scope
            and indicator.level = any_level.level
            and any_level.region_class = 'any'

),

final as (

    select
        *,
        sum(weight) over (partition by scope, region_class, level) as weight_of_level
    from indicator

)

select * from final
