with

course as (

    select
        taught.institution_code,
        taught.program_code,
        taught.year,
        taught.course_code,
        max(taught.hours) as hours,
        max(case when gap.skill_id is not null then 1 else 0 end) as is_in_demand
    from {{ ref('int_skill_taught') }} as taught
    left join {{ ref('int_skill_gap') }} as gap
        on
            taught.institution_code = gap.institution_code
            and taught.program_code = gap.program_code
            and taught.year = gap.year
            and taught.skill_id = gap.skill_id
            and taught.is_covered
            and gap.kind not in ('certificate', 'soft')
    group by taught.institution_code, taught.program_code, taught.year, taught.course_code

),

final as (

    select
        institution_code,
        program_code,
        year,
        sum(hours * is_in_demand) / nullif(sum(hours), 0.0) as coverage
    from course
    group by institution_code, program_code, year

)

select * from final
