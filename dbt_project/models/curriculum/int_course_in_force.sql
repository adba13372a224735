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

-- the end of each year since the first course (at most 61 years); in the year of the run the day of the run
judged_day as (

    select
        span.institution_code,
        span.program_code,
        cast(year({{ as_of() }}) - series.number as int) as year,
        least(make_date(cast(year({{ as_of() }}) - series.number as int), 12, 31), {{ as_of() }}) as judged_on
    from span
    inner join series on span.first_year <= year({{ as_of() }}) - series.number

),

-- a newer version replaces the older ones even if these have no end date
version as (

    select
        judged_day.*,
        course.course_code,
        course.hours,
        course.effective_from,
        course.effective_to,
        course.co_developed_with,
        row_number() over (
            partition by
                judged_day.institution_code, judged_day.program_code, judged_day.year, course.course_code
            order by course.effective_from desc
        ) as newest_first
    from judged_day
    inner join course
        on
            judged_day.institution_code = course.institution_code
            and judged_day.program_code = course.program_code
            and judged_day.judged_on >= course.effective_from

),

final as (

    select
        institution_code,
        program_code,
        year,
        judged_on,
        course_code,
        cast(hours as double) as hours,
        effective_from,
        co_developed_with is not null as is_co_developed,
        coalesce(effective_to, judged_on) >= judged_on as is_in_force
    from version
    where newest_first = 1

)

select * from final
