with

in_force as (

    {{ in_force(ref('policy_definition'), ['version', 'name']) }}

),

final as (

    select
        definition,
        version,
        name,
        cast(value as double) as value
    from in_force

)

select * from final
