with

program_occupation as (

    select * from {{ ref('stg_program_occupation') }}

),

posting_year as (

    select distinct cast(year(posted_on) as int) as year
    from {{ ref('stg_job_posting') }}
    where posted_on <= {{ as_of() }}

),

-- per program the newest edition not later than the year, or else the oldest edition
edition as (

    select
        program_occupation.program_code,
        posting_year.year,
        coalesce(
            max(case when program_occupation.edition <= posting_year.year then program_occupation.edition end),
            min(program_occupation.edition)
        ) as edition
    from program_occupation
    cross join posting_year
    group by program_occupation.program_code, posting_year.year

),

final as (

    select distinct
        edition.program_code,
        edition.year,
        program_occupation.occupation_code
    from edition
    inner join program_occupation
        on
            edition.program_code = program_occupation.program_code
            and edition.edition = program_occupation.edition

)

select * from final
