with

policy as (

    select
        disclosure.*,
        int_policy.normal_quantile as z
    from {{ ref('int_disclosure_policy') }} as disclosure
    cross join {{ ref('int_policy') }} as int_policy

),

judged as (

    select
        hire_count.*,
        cast(hire_count.n as double) as whole,
        cast(hire_count.n - hire_count.n_left as double) as stayed,
        hire_count.n_followed_rounded >= policy.min_n_rate
        and hire_count.n_followed_rounded >= round(policy.followed_share * hire_count.n, 6) as is_enough
    from {{ ref('int_hire_count') }} as hire_count
    cross join policy

),

final as (

    select
        judged.scope,
        judged.institution_code,
        judged.program_code,
        judged.enterprise_code,
        judged.cohort_from,
        judged.cohort_to,
        judged.horizon_months,
        judged.n,
        case when judged.is_enough and judged.is_observed then cast(judged.stayed as bigint) end as k,
        case
            when judged.is_enough and judged.is_observed
                then {{ published_share('judged.stayed / judged.whole', 'judged.whole', 'policy.fine_share_from') }}
        end as retention,
        {% for side, name in [('-', 'ci_low'), ('+', 'ci_high')] -%}
            case
                when judged.is_enough and judged.is_observed
                    then {{ outwards(rounded_interval(
                        'judged.stayed', 'judged.whole', 'policy.rounding_variance', 'policy.z', side,
                        'judged.variance_growth'
                    ), 'judged.whole', 'policy.fine_share_from', side) }}
            end as {{ name }},
        {% endfor -%}
        case
            when judged.is_enough and judged.is_observed then 'ok'
            when judged.is_enough or judged.n_followed = 0 then 'not_observed'
            else 'too_few'
        end as status
    from judged
    cross join policy

)

select * from final
