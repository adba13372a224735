with

outcome as (

    select * from {{ ref('basis_institution_outcome') }}

),

institution_year as (

    select * from {{ ref('basis_institution_year') }}

),

allocation_base as (

    select * from {{ ref('stg_allocation_base') }}
    where base_cny is not null and year < year({{ as_of() }})

),

policy as (

    select * from {{ ref('int_instrument_policy') }}

),

compared as (

    select
        allocation_base.institution_code,
        institution_year.area_code,
        institution_year.region_class,
        allocation_base.year,
        {{ money('allocation_base.base_cny') }} as base_cny,
        outcome.certificate_n,
        outcome.certificate_pass,
        benchmark.certificate_benchmark,
        outcome.retention_n,
        outcome.retention,
        benchmark.retention_benchmark,
        -- small institutions are moved towards the benchmark
        outcome.certificate_n / (outcome.certificate_n + policy.allocation_shrinkage)
        * (outcome.certificate_pass - benchmark.certificate_benchmark) / policy.allocation_spread
            as certificate_position,
        outcome.retention_n / (outcome.retention_n + policy.allocation_shrinkage)
        * (outcome.retention - benchmark.retention_benchmark) / policy.allocation_spread as retention_position
    from allocation_base
    cross join policy
    left join outcome
        on
            allocation_base.institution_code = outcome.institution_code
            and allocation_base.year = outcome.year
    left join institution_year
        on
            allocation_base.institution_code = institution_year.institution_code
            and allocation_base.year = institution_year.year
    left join {{ ref('basis_allocation_benchmark') }} as benchmark
        on
            institution_year.region_class = benchmark.region_class
            and institution_year.year = benchmark.year

),

positioned as (

    select
        *,
        case
            when certificate_position is not null and retention_position is not null
                then (certificate_position + retention_position) / 2.0
            else coalesce(certificate_position, retention_position)
        end as mean_position
    from compared

),

final as (

    select
        positioned.*,
        {{ clamp('coalesce(positioned.mean_position, 0.0)', '-1.0', '1.0') }} as position,
        1.0 + policy.allocation_range * {{ clamp('coalesce(positioned.mean_position, 0.0)', '-1.0', '1.0') }} as factor,
        case when positioned.mean_position is null then 'not_observed' else 'ok' end as status
    from positioned
    cross join policy

)

select * from final
