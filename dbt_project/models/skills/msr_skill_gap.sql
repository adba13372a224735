with

final as (

    select
        gap.institution_code,
        gap.program_code,
        gap.year,
        gap.skill_id,
        gap.kind,
        gap.n_eff,
        gap.share,
        gap.ci_low,
        gap.ci_high,
        gap.priority,
        trend.log_odds_difference as trend,
        gap.covered,
        'ok' as status
    from {{ ref('int_skill_gap') }} as gap
    left join {{ ref('msr_skill_trend') }} as trend
        on
            gap.program_code = trend.program_code
            and gap.year = trend.year
            and gap.skill_id = trend.skill_id

)

select * from final
