{#- Units that keep their light, warnings and flag: fewer graduations changed than policy asks for, and no fact. -#}
with

released_unit as (

    select distinct
        release_number,
        unit_year
    from {{ ref('stg_released_light') }}

),

fact as (

    select
        unit_year,
        item,
        column_name,
        cast(value as double) as number_before,
        cast(null as double) as number_now
    from {{ ref('stg_released_light') }}
    where part = 'fact'
    union all
    select
        unit_year,
        item,
        column_name,
        cast(null as double) as number_before,
        number_value as number_now
    from {{ ref('basis_light_fact') }}

),

compared as (

    select
        unit_year,
        max(number_before) as number_before,
        max(number_now) as number_now
    from fact
    group by unit_year, item, column_name

),

changed_fact as (

    select distinct unit_year from compared
    where number_before is null or number_now is null or abs(number_before - number_now) > 1e-9

),

final as (

    select
        released_unit.release_number,
        released_unit.unit_year,
        coalesce(changed_light.n_changed, 0) as n_changed
    from released_unit
    cross join {{ ref('int_disclosure_policy') }} as policy
    left join {{ ref('basis_changed_light') }} as changed_light on released_unit.unit_year = changed_light.unit_year
    left join changed_fact on released_unit.unit_year = changed_fact.unit_year
    where changed_fact.unit_year is null and coalesce(changed_light.n_changed, 0) < policy.refresh_min_changes

)

select * from final
