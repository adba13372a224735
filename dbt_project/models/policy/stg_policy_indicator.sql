with

in_force as (

    {{ in_force(ref('policy_indicator'), ['name']) }}

),

final as (

    select
        name,
        cast(value as double) as value,
        effective_from
    from in_force

)

select * from final
