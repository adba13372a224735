{#- Lights and warnings that a release of this run publishes, by unit, and the facts behind them. -#}
with

renewed as (

    select unit.unit_year
    from {{ ref('basis_light_unit') }} as unit
    left join {{ ref('basis_standing_light') }} as standing on unit.unit_year = standing.unit_year
    where standing.unit_year is null

),

light as (

    select
        {{ light_unit_year('scope', 'institution_code', 'program_code', 'year') }} as unit_year,
        'light' as part,
        '' as item,
        light,
        band,
        reaches,
        cast(is_certain as string) as is_certain,
        red_lines,
        cast(is_consequential as string) as is_consequential,
        cast({{ cut_to_five('index') }} as string) as index
    from {{ ref('lights_light') }}
    where scope in ('institution', 'program')

),

indicator as (

    select
        {{ light_unit_year('scope', 'institution_code', 'program_code', 'year') }} as unit_year,
        'indicator' as part,
        indicator as item,
        status,
        cast(share_of_index as string) as share_of_index,
        case when is_crossed then cast(red_line as string) end as red_line
    from {{ ref('basis_light_share') }}
    where scope in ('institution', 'program')

),

warning as (

    select
        {{ light_unit_year('scope', 'institution_code', 'program_code', 'year') }} as unit_year,
        'warning' as part,
        cause as item,
        response,
        cast(rectify_by as string) as rectify_by,
        cast(is_new as string) as is_new
    from {{ ref('lights_warning') }}
    where scope in ('institution', 'program')

),

fact as (

    select
        unit_year,
        'fact' as part,
        item,
        column_name,
        cast(number_value as string) as value
    from {{ ref('basis_light_fact') }}

),

named as (

    select
        unit_year,
        'unit' as part,
        '' as item,
        'is_known' as column_name,
        'true' as value
    from renewed
    {% for relation, names in {
        'light': ['light', 'band', 'reaches', 'is_certain', 'red_lines', 'is_consequential', 'index'],
        'indicator': ['status', 'share_of_index', 'red_line'],
        'warning': ['response', 'rectify_by', 'is_new'],
    }.items() -%}
        {% for name in names -%}
            union all
            select
                unit_year,
                part,
                item,
                '{{ name }}' as column_name,
                {{ name }} as value
            from {{ relation }}
        {% endfor -%}
    {% endfor %}
    union all
    select * from fact

),

final as (

    select
        {{ next_release_number() }} as release_number,
        named.unit_year,
        named.part,
        named.item,
        named.column_name,
        named.value
    from named
    inner join renewed on named.unit_year = renewed.unit_year
    where named.value is not null
    union all
    select released.*
    from {{ ref('stg_released_light') }} as released
    inner join {{ ref('basis_standing_light') }} as standing on released.unit_year = standing.unit_year

)

select * from final
