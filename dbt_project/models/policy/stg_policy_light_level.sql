with

in_force as (

    {{ in_force(ref('policy_light_level'), ['scope', 'region_class', 'level']) }}

),

final as (

    select
        scope,
        region_class,
        level,
        cast(weight as double) as weight
    from in_force

)

select * from final
