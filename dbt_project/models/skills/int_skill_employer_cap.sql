with

policy as (

    select skill_employer_cap from {{ ref('int_policy') }}

),

employer as (

    select
        program_code,
        year,
        employer,
        sum(weight) as weight
    from {{ ref('int_skill_posting') }}
    group by program_code, year, employer

),

-- employers by weight, largest first, and the weight of each and all smaller ones
ordered as (

    select
        program_code,
        year,
        weight,
        row_number() over (partition by program_code, year order by weight desc, employer asc) - 1 as n_larger,
        sum(weight) over (
            partition by program_code, year
            order by weight desc, employer asc
            rows between current row and unbounded following
        ) as weight_from_here
    from employer

),

-- if the larger employers are cut to the cap, their weights and the rest add up to cap / share
tried as (

    select
        ordered.*,
        policy.skill_employer_cap * ordered.weight_from_here
        / (1.0 - policy.skill_employer_cap * ordered.n_larger) as cap
    from ordered
    cross join policy
    where policy.skill_employer_cap * ordered.n_larger < 1.0

),

-- no row: too few employers for any of them to stay below the share
final as (

    select
        program_code,
        year,
        min_by(cap, n_larger) as weight_cap
    from tried
    where {{ is_at_most('weight', 'cap') }}
    group by program_code, year

)

select * from final
