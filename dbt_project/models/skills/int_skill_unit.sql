with

policy as (

    select * from {{ ref('int_policy') }}

),

-- programs of which the text of at least one course is known
unit as (

    select
        institution_code,
        program_code,
        year,
        max(case when has_syllabus then 1 else 0 end) = 1 as has_syllabus
    from {{ ref('int_skill_taught') }}
    group by institution_code, program_code, year

),

final as (

    select
        unit.institution_code,
        unit.program_code,
        unit.year,
        coalesce(reached.n_postings, 0) as n_postings,
        reached.n_eff,
        case
            when reached.n_postings is null or not unit.has_syllabus then 'not_observed'
            when {{ is_below('reached.n_eff', 'policy.skill_min_effective') }} then 'too_few'
            when {{ is_above('coalesce(reached.outside_share, 1.0)', 'policy.skill_max_outside') }} then 'not_judged'
            else 'ok'
        end as status
    from unit
    left join {{ ref('int_skill_window') }} as reached
        on
            unit.program_code = reached.program_code
            and unit.year = reached.year
    cross join policy

)

select * from final
