{{ config(alias='equity_share') }}
with

policy as (

    select * from {{ ref('int_instrument_policy') }}

),

certificate as (

    select
        certificate.institution_code,
        certificate.cohort_year + cast(policy.equity_certificate_years as int) as year,
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

college as (

    select
        agreement_year.agreement_id,
        agreement_year.institution_code,
        agreement_year.host_code as enterprise_code,
        agreement_year.year,
        certificate.share as certificate_pass,
        {{ money('cooperation_year.transformation_income') }} as transformation_income
    from {{ ref('int_agreement_year') }} as agreement_year
    inner join {{ ref('stg_cooperation_agreement') }} as agreement
        on agreement_year.agreement_id = agreement.agreement_id
    left join certificate
        on
            agreement_year.institution_code = certificate.institution_code
            and agreement_year.year = certificate.year
    left join {{ ref('stg_cooperation_year') }} as cooperation_year
        on
            agreement_year.agreement_id = cooperation_year.agreement_id
            and agreement_year.year = cooperation_year.year
    where agreement.mode = 'industrial_college' and agreement_year.year < year({{ as_of() }})

),

uncapped as (

    select
        college.*,
        policy.equity_lowest + policy.equity_span * (
            policy.equity_pass_weight * {{ clamp(
                'coalesce((college.certificate_pass - policy.equity_pass_from) / policy.equity_pass_span, 0.0)',
                '0.0', '1.0'
            ) }}
            + (1.0 - policy.equity_pass_weight) * {{ clamp(
                'coalesce(cast(college.transformation_income as double) / policy.equity_income_full, 0.0)', '0.0', '1.0'
            ) }}
        ) as share_uncapped
    from college
    cross join policy

),

summed as (

    select
        *,
        sum(share_uncapped) over (partition by institution_code, year) as total
    from uncapped

),

final as (

    select
        summed.agreement_id,
        summed.institution_code,
        summed.enterprise_code,
        summed.year,
        summed.certificate_pass,
        summed.transformation_income,
        summed.share_uncapped,
        case
            when {{ is_at_least('summed.total', 'policy.equity_total_below') }}
                then summed.share_uncapped * policy.equity_total_cut / summed.total
            else summed.share_uncapped
        end as share
    from summed
    cross join policy

)

select * from final
