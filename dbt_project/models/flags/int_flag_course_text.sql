with

version as (

    select
        institution_code,
        program_code,
        course_code,
        effective_from,
        case
            when
                syllabus = lag(syllabus) over (
                    partition by institution_code, program_code, course_code
                    order by effective_from
                )
                then 0
            else 1
        end as is_new_text
    from {{ ref('stg_course') }}

),

-- a version with the text of the one before it is a renewal on paper
final as (

    select
        institution_code,
        program_code,
        course_code,
        effective_from,
        max(case when is_new_text = 1 then effective_from end) over (
            partition by institution_code, program_code, course_code
            order by effective_from
            rows between unbounded preceding and current row
        ) as written_from
    from version

)

select * from final
