with

policy as (

    select * from {{ ref('int_policy') }}

),

demanded as (

    select
        posting.program_code,
        posting.year,
        skill.skill_id,
        sum(posting.weight) as weight,
        sum(
            posting.weight * case when skill.level = 'preferred' then policy.skill_preferred_weight else 1.0 end
        ) as weight_by_level
    from {{ ref('int_skill_weight') }} as posting
    inner join {{ source('skills', 'skill_of_posting') }} as skill on posting.posting_id = skill.posting_id
    cross join policy
    group by posting.program_code, posting.year, skill.skill_id

),

-- a share is at most 1 whatever the rounding of the sums
shared as (

    select
        demanded.program_code,
        demanded.year,
        demanded.skill_id,
        reached.n_eff,
        least(1.0, demanded.weight / reached.weight) as share,
        least(1.0, demanded.weight_by_level / reached.weight) as share_by_level
    from demanded
    inner join {{ ref('int_skill_window') }} as reached
        on
            demanded.program_code = reached.program_code
            and demanded.year = reached.year

),

compared as (

    select
        shared.*,
        shared.share / everywhere.share as lift
    from shared
    inner join shared as everywhere
        on
            shared.year = everywhere.year
            and shared.skill_id = everywhere.skill_id
            and everywhere.program_code = 'all'

),

final as (

    select
        compared.program_code,
        compared.year,
        compared.skill_id,
        compared.n_eff,
        compared.share,
        {{ wilson('compared.share', 'compared.n_eff', 'policy.normal_quantile', '-') }} as ci_low,
        {{ wilson('compared.share', 'compared.n_eff', 'policy.normal_quantile', '+') }} as ci_high,
        compared.lift,
        compared.share_by_level * ln(1.0 + compared.lift) / ln(2.0) as priority
    from compared
    cross join policy
    where compared.program_code <> 'all'

)

select * from final
