with

unit as (

    select * from {{ ref('int_flag_unit') }}

),

course as (

    select
        course_in_force.*,
        course_text.written_from
    from {{ ref('int_course_in_force') }} as course_in_force
    inner join {{ ref('int_flag_course_text') }} as course_text
        on
            course_in_force.institution_code = course_text.institution_code
            and course_in_force.program_code = course_text.program_code
            and course_in_force.course_code = course_text.course_code
            and course_in_force.effective_from = course_text.effective_from
    where course_in_force.is_in_force

),

policy as (

    select max(cast(value as int)) as change_months
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_flag' and name = 'course_change_months'

),

summed as (

    select
        unit.year,
        unit.institution_code,
        unit.program_code,
        count(*) as n_courses,
        max(course.effective_from) as newest_from,
        sum(course.hours) as hours,
        sum(
            case
                when course.effective_from > {{ add_months(judged_day('unit.year'), '-policy.change_months') }}
                    then course.hours
            end
        ) as hours_changed,
        sum(
            case
                when course.written_from > {{ add_months(judged_day('unit.year'), '-policy.change_months') }}
                    then course.hours
            end
        ) as hours_rewritten
    from unit
    cross join policy
    inner join course
        on
            unit.institution_code = course.institution_code
            and unit.program_code = course.program_code
            and unit.year = course.year
    group by unit.year, unit.institution_code, unit.program_code

),

course_measure as (

    select
        *,
        'course_age' as measure,
        cast({{ month_number(judged_day('year')) }} - {{ month_number('newest_from') }} as double) as value
    from summed
    union all
    select
        *,
        'hours_changed' as measure,
        case when hours > 0 then coalesce(hours_changed, 0.0) / hours else 0.0 end as value
    from summed
    union all
    select
        *,
        'hours_rewritten' as measure,
        case when hours > 0 then coalesce(hours_rewritten, 0.0) / hours else 0.0 end as value
    from summed

),

final as (

    select
        year,
        institution_code,
        program_code,
        measure,
        cast(0 as int) as cohort_year,
        cast(1 as double) as weight,
        value,
        cast(n_courses as double) as n
    from course_measure

)

select * from final
