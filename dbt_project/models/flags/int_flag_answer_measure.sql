with

answer as (

    select * from {{ ref('int_flag_answer') }}

),

series as (

    {{ integers(2) }}

),

policy as (

    select max(cast(value as int)) as recent_cohorts
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_flag' and name = 'recent_cohorts'

),

-- the cohorts pooled in each measure; match_next of cohort c pools c + 1 and c + 2: the target that flags of c predict
pooled as (

    select
        answer.*,
        'match' as measure,
        answer.cohort_year as pooled_cohort
    from answer
    union all
    select
        answer.*,
        'match_recent' as measure,
        answer.match_cohort as pooled_cohort
    from answer
    cross join policy
    where answer.cohort_year > answer.match_cohort - policy.recent_cohorts
    union all
    select
        answer.*,
        'match_next' as measure,
        answer.cohort_year - series.number as pooled_cohort
    from answer
    inner join series
        on
            series.number > 0
            and answer.cohort_year - series.number <= answer.match_cohort - 2

),

final as (

    select
        year,
        institution_code,
        program_code,
        measure,
        cast(pooled_cohort as int) as cohort_year,
        cast(sum(n) as double) as weight,
        cast(sum(n_matches) as double) / sum(n) as value,
        cast(sum(n) as double) as n
    from pooled
    group by year, institution_code, program_code, measure, pooled_cohort
    having sum(n) > 0
    union all
    select
        year,
        institution_code,
        program_code,
        'match_person' as measure,
        cohort_year,
        cast(n + n_later as double) as weight,
        cast(n_matches + n_later_matches as double) / (n + n_later) as value,
        cast(n + n_later as double) as n
    from answer
    where n + n_later > 0
    union all
    select
        year,
        institution_code,
        program_code,
        'response' as measure,
        cohort_year,
        cast(n_due as double) as weight,
        cast(n_answers as double) / n_due as value,
        cast(n_due as double) as n
    from answer
    where cohort_year = match_cohort

)

select * from final
