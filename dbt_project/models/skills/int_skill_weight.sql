with

posting as (

    select
        *,
        sum(weight) over (partition by program_code, year, employer) as employer_weight
    from {{ ref('int_skill_posting') }}

),

capped as (

    select
        posting.program_code,
        posting.year,
        posting.posting_id,
        posting.source_id,
        posting.stratum,
        posting.n_asked,
        posting.n_outside,
        posting.weight,
        posting.weight * least(1.0, cap.weight_cap / posting.employer_weight) as capped_weight
    from posting
    inner join {{ ref('int_skill_employer_cap') }} as cap
        on
            posting.program_code = cap.program_code
            and posting.year = cap.year

),

-- the mix of sources, regions and occupations is that of all years together, after the cap: without it, an employer
-- alone in its stratum would have its share back
mixed as (

    select
        *,
        sum(capped_weight) over (partition by program_code, stratum)
        / sum(capped_weight) over (partition by program_code) as fixed_share,
        sum(capped_weight) over (partition by program_code, year, stratum)
        / sum(capped_weight) over (partition by program_code, year) as share_of_year
    from capped

),

final as (

    select
        program_code,
        year,
        posting_id,
        source_id,
        n_asked,
        n_outside,
        capped_weight * fixed_share / share_of_year as weight
    from mixed

)

select * from final
