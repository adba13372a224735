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
        hire.*,
        cast(hire.n as double) as whole,
        cast(hire.n - hire.n_left as double) as stayed,
        hire.is_enough and hire.is_observed as is_shown
    from {{ ref('int_published_hire') }} as hire

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
        case when judged.is_shown then cast(judged.stayed as bigint) end as k,
        case
            when judged.is_shown
                then {{ published_share('judged.stayed / judged.whole', 'judged.whole', 'policy.fine_share_from') }}
        end as retention,
        {% for side, name in [('-', 'ci_low'), ('+', 'ci_high')] -%}
            case
                when judged.is_shown
                    then {{ outwards(rounded_interval(
                        'judged.stayed', 'judged.whole', 'policy.rounding_variance', 'policy.z', side,
                        'judged.variance_growth'
                    ), 'judged.whole', 'policy.fine_share_from', side) }}
            end as {{ name }},
        {% endfor -%}
        case
            when judged.is_shown then 'ok'
            when judged.is_enough or judged.n_followed = 0 then 'not_observed'
            else 'too_few'
        end as status,
        judged.release_number
    from judged
    cross join policy

)

select * from final
