with

in_force as (

    {{ in_force(ref('policy_light_weight'), ['region_class', 'indicator']) }}

),

final as (

    select
        region_class,
        indicator,
        cast(weight as double) as weight
    from in_force

)

select * from final
