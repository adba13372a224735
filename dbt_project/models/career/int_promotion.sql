with

due_wave as (

    select * from {{ ref('int_due_wave') }}

),

survey_weight as (

    select * from {{ ref('int_survey_weight') }}

),

graded as (

    select
        graduate_id,
        wave_months,
        job_grade,
        lag(job_grade) over (partition by graduate_id order by wave_months) as grade_before
    from due_wave
    where is_answered and job_grade is not null

),

-- a move is dated at the wave that reports it
moved as (

    select
        graduate_id,
        min(wave_months) as wave_months
    from (
        select
            graduate_id,
            wave_months
        from graded
        where job_grade > grade_before
        union all
        select
            graduate_id,
            wave_months
        from due_wave
        where is_answered and promoted
    ) as upward
    group by graduate_id

),

followed as (

    select
        graduate_id,
        institution_code,
        program_code,
        cohort_year,
        sex,
        max(wave_months) as last_due_months,
        min(case when is_answered then wave_months end) as first_answer_months,
        max(case when is_answered then wave_months end) as last_answer_months
    from due_wave
    group by graduate_id, institution_code, program_code, cohort_year, sex

),

-- people who stop answering are censored at their last answer; people who never answered have no row
final as (

    select
        followed.graduate_id,
        followed.institution_code,
        followed.program_code,
        followed.cohort_year,
        cast(coalesce(moved.wave_months, followed.last_answer_months) as int) as months,
        moved.graduate_id is not null as is_event,
        followed.last_due_months,
        survey_weight.weight
    from followed
    inner join survey_weight
        on
            followed.institution_code = survey_weight.institution_code
            and followed.program_code = survey_weight.program_code
            and followed.cohort_year = survey_weight.cohort_year
            and followed.sex = survey_weight.sex
            and followed.first_answer_months = survey_weight.wave_months
    left join moved on followed.graduate_id = moved.graduate_id

)

select * from final
