{{ config(alias='insurance_subsidy') }}
with

rate as (

    select * from {{ ref('stg_policy_insurance_rate') }}

),

insurance as (

    select
        insurance.policy_id,
        insured.enterprise_code,
        insurance.institution_code,
        insurance.year,
        {{ money('insurance.premium') }} as premium,
        coalesce(own_rate.rate, no_rate.rate)
        + case when insured.is_small then policy.insurance_small_extra else 0.0 end as rate,
        insured.is_small,
        case when insurance.n_claims = 0 then policy.insurance_refund else 0.0 end as refund_rate
    from {{ ref('stg_cooperation_insurance') }} as insurance
    inner join {{ ref('basis_insured_enterprise') }} as insured on insurance.policy_id = insured.policy_id
    cross join {{ ref('int_instrument_policy') }} as policy
    left join {{ ref('basis_institution_year') }} as institution_year
        on
            insurance.institution_code = institution_year.institution_code
            and insurance.year = institution_year.year
    left join rate as own_rate on institution_year.region_class = own_rate.region_class
    left join rate as no_rate on no_rate.region_class = 'none'

),

final as (

    select
        policy_id,
        enterprise_code,
        institution_code,
        year,
        premium,
        rate,
        is_small,
        {{ money_times('premium', 'rate') }} as subsidy_cny,
        {{ money_times('premium', 'refund_rate') }} as refund_cny
    from insurance

)

select * from final
