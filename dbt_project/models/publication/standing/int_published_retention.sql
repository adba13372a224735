{#- Counts of first jobs, as a release of this run publishes them: horizons that stand keep their counts. -#}
with

policy as (

    select * from {{ ref('int_disclosure_policy') }}

),

standing as (

    select
        unit_id,
        kind,
        months,
        max(release_number) as release_number,
        max(case when number_name = 'n' then number_value end) as n,
        max(case when number_name = 'n_left' then number_value end) as n_left,
        max(case when number_name = 'variance_growth' then number_value end) as variance_growth
    from {{ ref('int_standing_number') }}
    where unit_family = 'retention'
    group by unit_id, kind, months

),

judged as (

    select
        rounded.*,
        rounded.n_followed_rounded >= policy.min_n_rate
        and rounded.n_followed_rounded >= round(policy.followed_share * rounded.n, 6)
        and rounded.n >= case
            when rounded.scope = 'program' and rounded.block_length > 0 then policy.min_n_rate
            else policy.min_n_rollup
        end as is_enough
    from {{ ref('int_rounded_retention') }} as rounded
    cross join policy

),

shown as (

    select
        judged.unit_id,
        judged.scope,
        {{ published_codes('judged.') }},
        judged.cohort_from,
        judged.cohort_to,
        judged.block_length,
        judged.horizon_months,
        judged.n_followed,
        cast(coalesce(number.n, judged.n) as bigint) as n,
        cast(coalesce(number.n_left, judged.n_left) as bigint) as k,
        coalesce(number.variance_growth, judged.variance_growth) as variance_growth,
        number.unit_id is not null or judged.is_enough as is_enough,
        number.unit_id is not null or (judged.is_enough and judged.is_observed) as is_observed,
        number.release_number,
        cast(coalesce(size.n, judged.n) as bigint) as size,
        size.release_number as size_release_number
    from judged
    left join standing as number
        on
            judged.unit_id = number.unit_id
            and judged.horizon_months = number.months
            and number.kind = 'number'
    left join standing as size
        on
            judged.unit_id = size.unit_id
            and size.kind = 'size'

),

{{ never_turning_back('shown', 'unit_id') }}, -- noqa: LT02

final as (

    select
        shown.unit_id,
        shown.scope,
        {{ published_codes('shown.') }},
        shown.cohort_from,
        shown.cohort_to,
        shown.block_length,
        shown.horizon_months,
        shown.n_followed,
        case when shown.is_observed then coalesce(earlier.n, shown.n) else shown.size end as n,
        coalesce(earlier.k, shown.k) as n_left,
        coalesce(earlier.variance_growth, shown.variance_growth) as variance_growth,
        shown.is_enough,
        shown.is_observed,
        shown.size,
        coalesce(
            case when shown.is_observed then shown.release_number else shown.size_release_number end,
            {{ next_release_number() }}
        ) as release_number,
        coalesce(shown.size_release_number, {{ next_release_number() }}) as size_release_number
    from shown
    left join earlier
        on
            shown.unit_id = earlier.unit_id
            and shown.horizon_months = earlier.at_horizon_months

)

select * from final
