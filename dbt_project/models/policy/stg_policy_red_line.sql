with

in_force as (

    {{ in_force(ref('policy_red_line'), ['scope', 'indicator']) }}

),

final as (

    select
        scope,
        indicator,
        comparison,
        cast(threshold as double) as threshold
    from in_force

)

select * from final
