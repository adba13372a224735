{#- Lights as a release of this run publishes them. -#}
with

named as (

    select
        unit_year,
        {% for name in ['light', 'band', 'reaches', 'is_certain', 'red_lines', 'is_consequential', 'index'] -%}
            max(case when column_name = '{{ name }}' then value end) as {{ name }},
        {% endfor -%}
        max(release_number) as release_number
    from {{ ref('basis_release_light') }}
    where part = 'light'
    group by unit_year

),

with_unnamed as (

    select distinct unit_year from {{ ref('basis_released_indicator') }}
    where has_unnamed

),

final as (

    select
        named.unit_year,
        {{ of_light_unit('named.unit_year') }},
        named.light,
        named.band,
        named.reaches,
        cast(named.is_certain as boolean) as is_certain,
        named.red_lines,
        case when with_unnamed.unit_year is null then cast(named.index as int) end as index,
        cast(named.is_consequential as boolean) as is_consequential,
        stg_release.label as stands_from
    from named
    left join with_unnamed on named.unit_year = with_unnamed.unit_year
    left join {{ ref('stg_release') }} as stg_release on named.release_number = stg_release.release_number

)

select * from final
