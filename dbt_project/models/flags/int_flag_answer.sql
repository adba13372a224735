with

judged_year as (

    select
        *,
        {{ judged_day('year') }} as judged_on
    from {{ ref('int_flag_year') }}

),

due_wave as (

    select * from {{ ref('int_due_wave') }}
    where wave_months = 6

),

job_match as (

    select * from {{ ref('int_job_match') }}
    where definition = 'normative' and fit = 'core_or_related'

),

-- from here on there are counts, no persons; responded_on is null for graduates who did not answer
answer as (

    select
        due_wave.institution_code,
        due_wave.program_code,
        due_wave.cohort_year,
        due_wave.responded_on,
        count(*) as n_due,
        sum(case when due_wave.is_answered then 1 else 0 end) as n_answers,
        count(job_match.is_match) as n,
        sum(case when job_match.is_match then 1 else 0 end) as n_matches
    from due_wave
    left join job_match
        on
            due_wave.graduate_id = job_match.graduate_id
            and due_wave.wave_months = job_match.wave_months
    group by due_wave.institution_code, due_wave.program_code, due_wave.cohort_year, due_wave.responded_on

),

known as (

    select
        judged_year.year,
        judged_year.match_cohort,
        answer.*,
        answer.responded_on <= judged_year.judged_on as is_given
    from judged_year
    inner join answer on judged_year.match_cohort >= answer.cohort_year

),

final as (

    select
        year,
        institution_code,
        program_code,
        cohort_year,
        match_cohort,
        cast(sum(n_due) as bigint) as n_due,
        cast(sum(case when is_given then n_answers else 0 end) as bigint) as n_answers,
        cast(sum(case when is_given then n else 0 end) as bigint) as n,
        cast(sum(case when is_given then n_matches else 0 end) as bigint) as n_matches
    from known
    group by year, institution_code, program_code, cohort_year, match_cohort

)

select * from final
