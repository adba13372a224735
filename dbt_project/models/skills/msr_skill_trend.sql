with

policy as (

    select * from {{ ref('int_policy') }}

),

-- half a posting is added on each side, so that a skill of none or of all has odds, too
difference as (

    select
        *,
        least(n_eff, n_eff_before) as smaller_n_eff,
        ln((k + 0.5) / (n_eff - k + 0.5)) - ln((k_before + 0.5) / (n_eff_before - k_before + 0.5)) as log_odds,
        sqrt(
            1.0 / (k + 0.5) + 1.0 / (n_eff - k + 0.5)
            + 1.0 / (k_before + 0.5) + 1.0 / (n_eff_before - k_before + 0.5)
        ) as se
    from {{ ref('int_skill_count') }}

),

judged as (

    select
        difference.*,
        policy.normal_quantile as z,
        {{ is_at_least('difference.smaller_n_eff', 'policy.skill_trend_min_effective') }} as is_enough
    from difference
    cross join policy
    where difference.program_code <> 'all'

),

final as (

    select
        program_code,
        year,
        skill_id,
        n_eff,
        n_eff_before,
        case when is_enough then log_odds end as log_odds_difference,
        case when is_enough then log_odds - z * se end as ci_low,
        case when is_enough then log_odds + z * se end as ci_high,
        case when is_enough then 'ok' else 'too_few' end as status
    from judged

)

select * from final
