with

light as (

    select * from {{ ref('basis_light_index') }}
    where index is not null

),

final as (

    select
        light.unit_id,
        light.year,
        max(light.index) - avg(before.index) as difference
    from light
    cross join {{ ref('int_light_policy') }} as policy
    inner join light as before
        on
            light.unit_id = before.unit_id
            and light.indicators = before.indicators
            and light.year > before.year
            and light.year - policy.drop_years <= before.year
    group by light.unit_id, light.year, policy.drop_years
    having count(*) = policy.drop_years

)

select * from final
