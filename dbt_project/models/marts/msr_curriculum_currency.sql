with

course as (

    select * from {{ ref('int_course_in_force') }}

),

policy as (

    select course_change_months from {{ ref('int_policy') }}

),

summed as (

    select
        course.institution_code,
        course.program_code,
        course.year,
        sum(case when course.is_in_force then 1 else 0 end) as n,
        sum(case when course.is_in_force then course.hours else 0 end) as hours,
        min({{ month_number('course.judged_on') }} - {{ month_number('course.effective_from') }})
            as months_since_new_version,
        sum(
            case
                when
                    course.is_in_force
                    and {{ month_number('course.judged_on') }} - {{ month_number('course.effective_from') }}
                    < policy.course_change_months
                    then course.hours
                else 0
            end
        ) as hours_changed,
        sum(case when course.is_in_force and course.is_co_developed then course.hours else 0 end) as hours_co_developed
    from course
    cross join policy
    group by course.institution_code, course.program_code, course.year

),

final as (

    select
        institution_code,
        program_code,
        year,
        cast(n as bigint) as n,
        hours,
        cast(months_since_new_version as int) as months_since_new_version,
        hours_changed / hours as share_hours_changed,
        hours_co_developed / hours as share_hours_co_developed,
        'ok' as status
    from summed
    where hours > 0

)

select * from final
