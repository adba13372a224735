{#- Warnings as a release of this run publishes them. -#}
with

named as (

    select
        unit_year,
        item as cause,
        {% for name in ['response', 'rectify_by', 'is_new'] -%}
            max(case when column_name = '{{ name }}' then value end) as {{ name }},
        {% endfor -%}
        max(release_number) as release_number
    from {{ ref('basis_release_light') }}
    where part = 'warning'
    group by unit_year, item

),

final as (

    select
        named.unit_year,
        {{ of_light_unit('named.unit_year') }},
        named.cause,
        named.response,
        cast(named.rectify_by as date) as rectify_by,
        cast(named.is_new as boolean) as is_new,
        stg_release.label as stands_from
    from named
    left join {{ ref('stg_release') }} as stg_release on named.release_number = stg_release.release_number

)

select * from final
