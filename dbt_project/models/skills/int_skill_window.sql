with

posting as (

    select
        program_code,
        year,
        count(*) as n_postings
    from {{ ref('int_skill_posting') }}
    group by program_code, year

),

weighted as (

    select
        program_code,
        year,
        sum(weight) as weight,
        sum(weight) * sum(weight) / sum(weight * weight) as n_eff,
        cast(sum(n_asked) as bigint) as n_asked,
        sum(weight * n_outside) / nullif(sum(weight * n_asked), 0.0) as outside_share
    from {{ ref('int_skill_weight') }}
    group by program_code, year

),

-- postings of too few employers have no weights, so that none of them is effective
final as (

    select
        posting.program_code,
        posting.year,
        posting.n_postings,
        weighted.weight,
        coalesce(weighted.n_eff, 0.0) as n_eff,
        weighted.n_asked,
        weighted.outside_share
    from posting
    left join weighted
        on
            posting.program_code = weighted.program_code
            and posting.year = weighted.year

)

select * from final
