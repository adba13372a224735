with

occupation as (

    select * from {{ ref('stg_occupation') }}

),

cohort as (

    select distinct cohort_year
    from {{ ref('int_graduate') }}

),

education_level as (

    select * from {{ ref('education_level') }}

),

-- per occupation the newest edition not later than the cohort, or else the oldest edition
ranked as (

    select
        cohort.cohort_year,
        occupation.occupation_code,
        occupation.required_level,
        row_number() over (
            partition by cohort.cohort_year, occupation.occupation_code
            order by
                case when occupation.edition <= cohort.cohort_year then occupation.edition end desc nulls last,
                occupation.edition asc
        ) as applies_first
    from cohort
    cross join occupation

),

final as (

    select
        ranked.cohort_year,
        ranked.occupation_code,
        education_level.level_rank as required_rank
    from ranked
    inner join education_level on ranked.required_level = education_level.study_level
    where ranked.applies_first = 1

)

select * from final
