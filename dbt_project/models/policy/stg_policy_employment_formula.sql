with

in_force as (

    {{ in_force(ref('policy_employment_formula'), ['definition']) }}

),

final as (

    select
        definition,
        activity,
        is_counted,
        is_placed,
        is_weighted
    from in_force

)

select * from final
