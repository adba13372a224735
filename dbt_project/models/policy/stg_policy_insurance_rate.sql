with

in_force as (

    {{ in_force(ref('policy_insurance_rate'), ['region_class']) }}

),

final as (

    select
        region_class,
        cast(rate as double) as rate
    from in_force

)

select * from final
