{#- Counts of named employers' hires, as a release of this run publishes them: horizons that stand keep counts. -#}
with

policy as (

    select * from {{ ref('int_disclosure_policy') }}

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'published_horizon_months'

),

unit as (

    select hire_unit.*
    from {{ ref('int_published_hire_unit') }} as hire_unit
    cross join policy
    where hire_unit.n >= policy.min_n_rate

),

standing as (

    select
        unit_id,
        months,
        max(release_number) as release_number,
        max(case when number_name = 'n' then number_value end) as n,
        max(case when number_name = 'n_left' then number_value end) as n_left,
        max(case when number_name = 'variance_growth' then number_value end) as variance_growth
    from {{ ref('int_standing_number') }}
    where unit_family = 'hire' and kind = 'number'
    group by unit_id, months

),

judged as (

    select
        hire_count.*,
        hire_count.n_followed_rounded >= policy.min_n_rate
        and hire_count.n_followed_rounded >= round(policy.followed_share * hire_count.n, 6) as is_enough
    from {{ ref('int_hire_count') }} as hire_count
    cross join policy

),

shown as (

    select
        unit.unit_id,
        unit.scope,
        unit.institution_code,
        unit.program_code,
        unit.enterprise_code,
        unit.cohort_from,
        unit.cohort_to,
        horizon.horizon_months,
        judged.n_followed,
        cast(coalesce(number.n, judged.n) as bigint) as n,
        cast(coalesce(number.n_left, judged.n_left) as bigint) as k,
        coalesce(number.variance_growth, judged.variance_growth) as variance_growth,
        number.unit_id is not null or coalesce(judged.is_enough, false) as is_enough,
        number.unit_id is not null or coalesce(judged.is_enough and judged.is_observed, false) as is_observed,
        number.release_number,
        unit.n as size,
        unit.release_number as size_release_number
    from unit
    cross join horizon
    left join judged
        on
            unit.unit_id = judged.unit_id
            and horizon.horizon_months = judged.horizon_months
    left join standing as number
        on
            unit.unit_id = number.unit_id
            and horizon.horizon_months = number.months

),

{{ never_turning_back('shown', 'unit_id') }}, -- noqa: LT02

final as (

    select
        shown.unit_id,
        shown.scope,
        shown.institution_code,
        shown.program_code,
        shown.enterprise_code,
        shown.cohort_from,
        shown.cohort_to,
        shown.horizon_months,
        shown.n_followed,
        case when shown.is_observed then coalesce(earlier.n, shown.n) else shown.size end as n,
        coalesce(earlier.k, shown.k) as n_left,
        coalesce(earlier.variance_growth, shown.variance_growth) as variance_growth,
        shown.is_enough,
        shown.is_observed,
        coalesce(
            case when shown.is_observed then shown.release_number else shown.size_release_number end,
            {{ next_release_number() }}
        ) as release_number
    from shown
    left join earlier
        on
            shown.unit_id = earlier.unit_id
            and shown.horizon_months = earlier.at_horizon_months

)

select * from final
