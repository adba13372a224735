with

program_occupation as (

    select * from {{ ref('stg_program_occupation') }}

),

program_cohort as (

    select distinct
        program_code,
        cohort_year
    from {{ ref('int_graduate') }}

),

-- per program the newest edition not later than the cohort, or else the oldest edition
cohort_edition as (

    select
        program_cohort.program_code,
        program_cohort.cohort_year,
        coalesce(
            max(case when program_occupation.edition <= program_cohort.cohort_year then program_occupation.edition end),
            min(program_occupation.edition)
        ) as edition
    from program_cohort
    inner join program_occupation on program_cohort.program_code = program_occupation.program_code
    group by program_cohort.program_code, program_cohort.cohort_year

),

listed as (

    select
        cohort_edition.program_code,
        cohort_edition.cohort_year,
        program_occupation.occupation_code,
        program_occupation.fit
    from cohort_edition
    inner join program_occupation
        on
            cohort_edition.program_code = program_occupation.program_code
            and cohort_edition.edition = program_occupation.edition

),

-- a program without core occupations has no rows of fit core: its graduates do not count as unmatched
final as (

    select
        program_code,
        cohort_year,
        'core' as fit,
        occupation_code
    from listed
    where fit = 'core'
    union all
    select
        program_code,
        cohort_year,
        'core_or_related' as fit,
        occupation_code
    from listed

)

select * from final
