{#- Retention of the first of cohort, block of two and block of three cohorts whose jobs were followed long enough. -#}
with

policy as (

    select
        disclosure.*,
        int_policy.normal_quantile as z
    from {{ ref('int_disclosure_policy') }} as disclosure
    cross join {{ ref('int_policy') }} as int_policy

),

judged as (

    select * from {{ ref('int_published_retention') }}

),

-- every cohort of a program with each block that contains it; other roll-ups as they are
candidate as (

    select
        cohort.unit_id as row_id,
        cohort.cohort_from as cohort_year,
        judged.*
    from judged as cohort
    inner join judged
        on
            judged.scope = 'program'
            and judged.block_length > 0
            and cohort.institution_code = judged.institution_code
            and cohort.program_code = judged.program_code
            and cohort.horizon_months = judged.horizon_months
            and cohort.cohort_from between judged.cohort_from and judged.cohort_to
    where cohort.scope = 'program' and cohort.block_length = 1
    union all
    select
        unit_id as row_id,
        cohort_from as cohort_year,
        *
    from judged
    where scope <> 'program' or block_length = 0

),

ranked as (

    select
        *,
        max(n_followed) over (partition by row_id, horizon_months) as most_followed,
        row_number() over (
            partition by row_id, horizon_months
            order by case when is_observed then 0 when is_enough then 1 else 2 end, block_length
        ) as choice
    from candidate

),

chosen as (

    select
        scope,
        {{ published_codes() }},
        cohort_year,
        cohort_from,
        cohort_to,
        horizon_months,
        cast(n as double) as n,
        cast(n - n_left as double) as k,
        variance_growth,
        release_number,
        case
            when is_observed then 'ok'
            when is_enough or most_followed = 0 then 'not_observed'
            else 'too_few'
        end as status
    from ranked
    where choice = 1

),

final as (

    select
        chosen.scope,
        {{ published_codes('chosen.') }},
        chosen.cohort_year,
        chosen.cohort_from,
        chosen.cohort_to,
        chosen.horizon_months,
        case when chosen.n >= policy.min_n_rate then cast(chosen.n as bigint) end as n,
        case when chosen.status = 'ok' then cast(chosen.k as bigint) end as k,
        case
            when
                chosen.status = 'ok'
                then {{ published_share('chosen.k / chosen.n', 'chosen.n', 'policy.fine_share_from') }}
        end as retention,
        case
            when chosen.status = 'ok'
                then {{ outwards(rounded_interval(
                    'chosen.k', 'chosen.n', 'policy.rounding_variance', 'policy.z', '-', 'chosen.variance_growth'
                ), 'chosen.n', 'policy.fine_share_from', '-') }}
        end as ci_low,
        case
            when chosen.status = 'ok'
                then {{ outwards(rounded_interval(
                    'chosen.k', 'chosen.n', 'policy.rounding_variance', 'policy.z', '+', 'chosen.variance_growth'
                ), 'chosen.n', 'policy.fine_share_from', '+') }}
        end as ci_high,
        chosen.release_number,
        chosen.status
    from chosen
    cross join policy
    where chosen.n > 0

)

select * from final
