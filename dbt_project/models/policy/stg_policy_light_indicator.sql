with

in_force as (

    {{ in_force(ref('policy_light_indicator'), ['scope', 'indicator']) }}

),

final as (

    select
        scope,
        indicator,
        level,
        cast(worst as double) as worst,
        cast(best as double) as best,
        anchor,
        cast(years_before as int) as years_before,
        cast(months as int) as months,
        cast(min_n as int) as min_n
    from in_force

)

select * from final
