{{ config(alias='enterprise_credit') }}
with

enterprise_year as (

    select * from {{ ref('basis_enterprise_year') }}

),

research as (

    select
        coalesce(employer_map.mapped_code, enterprise.enterprise_code) as enterprise_code,
        enterprise.year,
        cast(sum({{ money('enterprise.rd_expense') }}) as double)
        / cast(sum({{ money('enterprise.revenue') }}) as double) as rd_share
    from {{ ref('stg_enterprise') }} as enterprise
    left join {{ ref('int_employer_map') }} as employer_map
        on enterprise.enterprise_code = employer_map.enterprise_code
    where enterprise.revenue > 0 and enterprise.rd_expense is not null
    group by coalesce(employer_map.mapped_code, enterprise.enterprise_code), enterprise.year

),

hosted as (

    select
        newest.enterprise_code,
        newest.year,
        newest.n_interns as interns,
        coalesce(one_before.n_interns, 0) as interns_1,
        coalesce(two_before.n_interns, 0) as interns_2,
        research.rd_share,
        policy.credit_rd_share,
        cast(policy.credit_interns as bigint) + 1 as interns_needed
    from enterprise_year as newest
    cross join {{ ref('int_instrument_policy') }} as policy
    left join enterprise_year as one_before
        on newest.enterprise_code = one_before.enterprise_code and newest.year = one_before.year + 1
    left join enterprise_year as two_before
        on newest.enterprise_code = two_before.enterprise_code and newest.year = two_before.year + 2
    left join research on newest.enterprise_code = research.enterprise_code and newest.year = research.year

),

lacking as (

    select
        *,
        greatest(0, interns_needed - interns) + greatest(0, interns_needed - interns_1)
        + greatest(0, interns_needed - interns_2) as interns_short
    from hosted

),

final as (

    select
        enterprise_code,
        year,
        interns,
        interns_1,
        interns_2,
        rd_share,
        coalesce(interns_short = 0 and {{ is_above('rd_share', 'credit_rd_share') }}, false) as is_aaa,
        cast(interns_short as bigint) as interns_short,
        case when rd_share is not null then greatest(0.0, credit_rd_share - rd_share) end as rd_short,
        case when rd_share is null then 'not_observed' else 'ok' end as status
    from lacking

)

select * from final
