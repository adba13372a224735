with

course as (

    select * from {{ ref('stg_course') }}

),

span as (

    select
        institution_code,
        program_code,
        min(year(effective_from)) as first_year
    from course
    group by institution_code, program_code

),

series as (

    {{ integers(60) }}

),

-- each year since the first course, at most 61 years
judged_year as (

    select
        span.institution_code,
        span.program_code,
        cast(year({{ as_of() }}) - series.number as int) as year
    from span
    inner join series on span.first_year <= year({{ as_of() }}) - series.number

),

-- a newer version replaces the older ones even if these have no end date
version as (

    select
        judged_year.*,
        course.course_code,
        course.hours,
        course.effective_from,
        course.effective_to,
        course.co_developed_with,
        row_number() over (
            partition by
                judged_year.institution_code, judged_year.program_code, judged_year.year, course.course_code
            order by course.effective_from desc
        ) as newest_first
    from judged_year
    inner join course
        on
            judged_year.institution_code = course.institution_code
            and judged_year.program_code = course.program_code
            and {{ judged_day('judged_year.year') }} >= course.effective_from

),

final as (

    select
        institution_code,
        program_code,
        year,
        course_code,
        cast(hours as double) as hours,
        effective_from,
        co_developed_with is not null as is_co_developed,
        coalesce(effective_to >= {{ judged_day('year') }}, true) as is_in_force
    from version
    where newest_first = 1

)

select * from final
