{#-
    Quartiles of the published retention of all other employers of the industry, for the same block and horizon. Of n
    values without the own one the one at place i is the value at place i, or at i + 1 from the own place on.
-#}
{%- set keys = 'industry, cohort_from, horizon_months' -%}
with

policy as (

    select * from {{ ref('int_disclosure_policy') }}

),

cell as (

    select
        hire_retention.enterprise_code,
        profile.industry,
        hire_retention.cohort_from,
        hire_retention.horizon_months,
        hire_retention.retention
    from {{ ref('int_hire_retention') }} as hire_retention
    inner join {{ ref('int_employer_profile') }} as profile
        on hire_retention.enterprise_code = profile.enterprise_code
    where hire_retention.scope = 'employer' and profile.industry is not null

),

-- places count from 0; an employer without a value stands behind all others
ranked as (

    select
        *,
        row_number() over (
            partition by {{ keys }}
            order by case when retention is null then 1 else 0 end, retention, enterprise_code
        ) - 1 as place,
        count(retention) over (partition by {{ keys }}) as n_values
    from cell

),

counted as (

    select
        *,
        case when retention is null then n_values else n_values - 1 end as n_peers
    from ranked

),

quartile as (

    select
        listed.name,
        listed.share
    from (values ('p25', 0.25), ('p50', 0.5), ('p75', 0.75)) as listed (name, share)

),

-- the place of a quartile among the others, and how far it lies on the way to the next one
sought as (

    select
        counted.enterprise_code,
        counted.industry,
        counted.cohort_from,
        counted.horizon_months,
        counted.n_peers,
        counted.place,
        quartile.name,
        floor((counted.n_peers - 1) * quartile.share) as below,
        (counted.n_peers - 1) * quartile.share - floor((counted.n_peers - 1) * quartile.share) as rest
    from counted
    cross join policy
    cross join quartile
    where counted.n_peers >= policy.min_industry_peers

),

among_all as (

    select
        *,
        below + case when below >= place then 1 else 0 end as place_below,
        below + 1 + case when below + 1 >= place then 1 else 0 end as place_above
    from sought

),

value as (

    select
        industry,
        cohort_from,
        horizon_months,
        place,
        retention
    from ranked
    where retention is not null

),

found as (

    select
        among_all.*,
        round(
            low.retention + among_all.rest * (coalesce(high.retention, low.retention) - low.retention), 9
        ) as quartile
    from among_all
    inner join value as low
        on
            among_all.industry = low.industry
            and among_all.cohort_from = low.cohort_from
            and among_all.horizon_months = low.horizon_months
            and among_all.place_below = low.place
    left join value as high
        on
            among_all.industry = high.industry
            and among_all.cohort_from = high.cohort_from
            and among_all.horizon_months = high.horizon_months
            and among_all.place_above = high.place

),

final as (

    select
        enterprise_code,
        industry,
        cohort_from,
        horizon_months,
        n_peers,
        max(case when name = 'p25' then quartile end) as peer_p25,
        max(case when name = 'p50' then quartile end) as peer_median,
        max(case when name = 'p75' then quartile end) as peer_p75
    from found
    group by enterprise_code, industry, cohort_from, horizon_months, n_peers

)

select * from final
