with

policy as (

    select * from {{ ref('int_instrument_policy') }}

),

certificate as (

    select
        certificate.institution_code,
        certificate.cohort_year + cast(policy.allocation_certificate_years as int) as year,
        certificate.n,
        certificate.n_hits,
        certificate.share
    from {{ ref('msr_certificate') }} as certificate
    cross join policy
    where
        certificate.scope = 'institution'
        and certificate.cohort_year is not null
        and certificate.phase = 'during_studies'
        and certificate.measure = 'passed'
        and certificate.status = 'ok'

),

retention as (

    select
        retention.institution_code,
        retention.cohort_year + cast(policy.allocation_retention_years as int) as year,
        retention.n,
        retention.retention
    from {{ ref('msr_retention') }} as retention
    cross join policy
    where
        retention.scope = 'institution'
        and retention.cohort_year is not null
        and retention.horizon_months = policy.allocation_retention_months
        and retention.status = 'ok'

),

institution as (

    select
        institution_code,
        year
    from certificate
    union
    select
        institution_code,
        year
    from retention

),

final as (

    select
        institution.institution_code,
        institution.year,
        certificate.n as certificate_n,
        certificate.n_hits as certificate_hits,
        certificate.share as certificate_pass,
        retention.n as retention_n,
        retention.retention
    from institution
    left join certificate
        on
            institution.institution_code = certificate.institution_code
            and institution.year = certificate.year
    left join retention
        on
            institution.institution_code = retention.institution_code
            and institution.year = retention.year
    where institution.year < year({{ as_of() }})

)

select * from final
