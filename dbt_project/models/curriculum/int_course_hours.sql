with

course as (

    select
        *,
        {{ judged_day('year') }} as judged_on
    from {{ ref('int_course_in_force') }}

),

policy as (

    select course_change_months from {{ ref('int_policy') }}

),

summed as (

    select
        course.institution_code,
        course.program_code,
        course.year,
        course.judged_on,
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
    group by course.institution_code, course.program_code, course.year, course.judged_on

),

institution_on_day as (

    {{ institution_on_day('summed', 'judged_on') }}

),

institution_in_year as (

    {{ institution_in_year('summed') }}

),

final as (

    select
        summed.institution_code,
        summed.program_code,
        substr(summed.program_code, 1, 4) as program_group_code,
        institution_on_day.region_class,
        institution_in_year.area_code,
        summed.year,
        cast(summed.n as bigint) as n,
        summed.hours,
        cast(summed.months_since_new_version as int) as months_since_new_version,
        summed.hours_changed,
        summed.hours_co_developed
    from summed
    left join institution_on_day
        on
            summed.institution_code = institution_on_day.institution_code
            and summed.judged_on = institution_on_day.on_day
    left join institution_in_year
        on
            summed.institution_code = institution_in_year.institution_code
            and summed.year = institution_in_year.on_year
    where summed.hours > 0

)

select * from final
