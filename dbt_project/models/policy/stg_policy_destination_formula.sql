with

in_force as (

    {{ in_force(ref('policy_destination_formula'), ['definition']) }}

),

final as (

    select
        definition,
        destination,
        until_month,
        until_day
    from in_force

)

select * from final
