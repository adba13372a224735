{#- What is behind a unit and not about persons. If one of these changes, the unit is published anew. -#}
with

person_indicator as (

    select distinct indicator from {{ ref('basis_light_behind') }}

),

indicator as (

    select
        {{ light_unit_year('share.scope', 'share.institution_code', 'share.program_code', 'share.year') }} as unit_year,
        share.indicator as item,
        cast(share.n as double) as n,
        -- interns who joined are persons
        case when share.indicator <> 'intern_conversion' then cast(share.value as double) end as value
    from {{ ref('basis_light_share') }} as share
    left join person_indicator on share.indicator = person_indicator.indicator
    where share.scope in ('institution', 'program') and share.status = 'ok' and person_indicator.indicator is null

),

-- the flag sees the courses of today
course as (

    select
        unit.unit_year,
        'courses' as item,
        cast(count(*) as double) as n,
        cast(sum(course.hours) as double) as hours,
        cast(max({{ month_number('course.effective_from') }}) as double) as newest_month
    from {{ ref('int_course_in_force') }} as course
    inner join {{ ref('basis_light_unit') }} as unit
        on
            course.institution_code = unit.institution_code
            and course.program_code = unit.program_code
            and unit.may_have_flag
    where course.is_in_force and course.year = year({{ as_of() }})
    group by unit.unit_year

),

number as (

    {% for relation, names in {'indicator': ['n', 'value'], 'course': ['n', 'hours', 'newest_month']}.items() -%}
        {% set outer = loop -%}
        {% for name in names -%}
            select
                unit_year,
                item,
                '{{ name }}' as column_name,
                {{ name }} as number_value
            from {{ relation }}
            {{ 'union all' if not (outer.last and loop.last) }}
        {% endfor -%}
    {% endfor %}

),

final as (

    select * from number
    where number_value is not null

)

select * from final
