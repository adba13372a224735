with

asked as (

    select * from {{ source('skills', 'posting_asked') }}

),

-- a posting without an employer counts as an employer of its own
told as (

    select
        posting.posting_id,
        cast(year(posting.posted_on) as int) as year,
        posting.occupation_code,
        posting.source_id,
        concat_ws('|', posting.source_id, substr(posting.region_code, 1, 2), posting.occupation_code) as stratum,
        coalesce(posting.enterprise_code, posting.posting_id) as employer,
        asked.n_asked,
        asked.n_outside,
        1.0 / count(*) over (
            partition by year(posting.posted_on), posting.title, posting.description
        ) as weight
    from {{ ref('stg_job_posting') }} as posting
    inner join asked on posting.posting_id = asked.posting_id
    where posting.posted_on <= {{ as_of() }}

),

-- the postings of all occupations together are a target of their own, with which programs are compared
targeted as (

    select
        reached.program_code,
        told.*
    from told
    inner join {{ ref('int_skill_target') }} as reached
        on
            told.occupation_code = reached.occupation_code
            and told.year = reached.year
    union all
    select
        'all' as program_code,
        told.*
    from told

),

final as (

    select
        program_code,
        year,
        posting_id,
        source_id,
        stratum,
        employer,
        n_asked,
        n_outside,
        cast(weight as double) as weight
    from targeted

)

select * from final
