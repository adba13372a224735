with

answer as (

    select
        institution_code,
        program_code,
        min(case when decision = 'done' then change_effective_from end) as changed_on,
        min(case when decision in ('done', 'planned') then change_effective_from end) as perhaps_changed_on,
        max(case when decision = 'done' and change_effective_from is null then 1 else 0 end) = 1 as is_undated
    from {{ ref('stg_curriculum_review') }}
    group by institution_code, program_code

),

-- the first cohort after a change: the first cohort whose median graduation day is later
final as (

    select
        answer.institution_code,
        answer.program_code,
        min(case when program_cohort.graduated_on > answer.changed_on then program_cohort.cohort_year end)
            as changed_cohort,
        min(case when program_cohort.graduated_on > answer.perhaps_changed_on then program_cohort.cohort_year end)
            as perhaps_changed_cohort,
        answer.is_undated
    from answer
    inner join {{ ref('int_program_cohort') }} as program_cohort
        on
            answer.institution_code = program_cohort.institution_code
            and answer.program_code = program_cohort.program_code
    group by answer.institution_code, answer.program_code, answer.is_undated

)

select * from final
