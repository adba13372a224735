with

course as (

    select
        in_force.institution_code,
        in_force.program_code,
        in_force.year,
        in_force.course_code,
        in_force.effective_from,
        in_force.hours,
        version.syllabus is not null as has_syllabus
    from {{ ref('int_course_in_force') }} as in_force
    inner join {{ ref('stg_course') }} as version
        on
            in_force.institution_code = version.institution_code
            and in_force.program_code = version.program_code
            and in_force.course_code = version.course_code
            and in_force.effective_from = version.effective_from
    where in_force.is_in_force

),

final as (

    select
        course.institution_code,
        course.program_code,
        course.year,
        course.course_code,
        course.hours,
        course.has_syllabus,
        skill.skill_id,
        skill.depth = 'covered' as is_covered
    from course
    left join {{ source('skills', 'skill_of_course') }} as skill
        on
            course.institution_code = skill.institution_code
            and course.program_code = skill.program_code
            and course.course_code = skill.course_code
            and course.effective_from = skill.effective_from

)

select * from final
