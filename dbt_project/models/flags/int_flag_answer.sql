with

judged_year as (

    select
        *,
        {{ judged_day('year') }} as judged_on
    from {{ ref('int_flag_year') }}

),

due_wave as (

    select * from {{ ref('int_due_wave') }}

),

job_match as (

    select * from {{ ref('int_job_match') }}
    where definition = 'normative' and fit = 'core_or_related'

),

first_answer as (

    select
        due_wave.*,
        job_match.is_match
    from due_wave
    left join job_match
        on
            due_wave.graduate_id = job_match.graduate_id
            and due_wave.wave_months = job_match.wave_months
    where due_wave.wave_months = 6

),

-- wave 12 of graduates, until the day on which their match at wave 6 is known, so that each person counts once
later_answer as (

    select
        due_wave.*,
        job_match.is_match,
        first_answer.responded_on as replaced_on
    from due_wave
    inner join job_match
        on
            due_wave.graduate_id = job_match.graduate_id
            and due_wave.wave_months = job_match.wave_months
    left join first_answer
        on
            due_wave.graduate_id = first_answer.graduate_id
            and first_answer.is_match is not null
    where
        due_wave.wave_months = 12
        and job_match.is_match is not null

),

-- from here on there are counts, no persons; responded_on is null for graduates who did not answer
answer as (

    select
        institution_code,
        program_code,
        cohort_year,
        responded_on,
        cast(null as date) as replaced_on,
        count(*) as n_due,
        sum(case when is_answered then 1 else 0 end) as n_answers,
        count(is_match) as n,
        sum(case when is_match then 1 else 0 end) as n_matches,
        0 as n_later,
        0 as n_later_matches
    from first_answer
    group by institution_code, program_code, cohort_year, responded_on
    union all
    select
        institution_code,
        program_code,
        cohort_year,
        responded_on,
        replaced_on,
        0 as n_due,
        0 as n_answers,
        0 as n,
        0 as n_matches,
        count(*) as n_later,
        sum(case when is_match then 1 else 0 end) as n_later_matches
    from later_answer
    group by institution_code, program_code, cohort_year, responded_on, replaced_on

),

known as (

    select
        judged_year.year,
        judged_year.match_cohort,
        answer.*,
        answer.responded_on <= judged_year.judged_on
        and coalesce(answer.replaced_on > judged_year.judged_on, true) as is_given
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
        cast(sum(case when is_given then n_matches else 0 end) as bigint) as n_matches,
        cast(sum(case when is_given then n_later else 0 end) as bigint) as n_later,
        cast(sum(case when is_given then n_later_matches else 0 end) as bigint) as n_later_matches
    from known
    group by year, institution_code, program_code, cohort_year, match_cohort

)

select * from final
