with

in_force as (

    {{ in_force(ref('policy_cooperation_mode'), ['mode']) }}

),

final as (

    select
        mode,
        is_cooperative
    from in_force

)

select * from final
