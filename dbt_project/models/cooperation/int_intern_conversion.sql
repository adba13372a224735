with

agreement_year as (

    select * from {{ ref('int_agreement_year') }}
    where interns_hosted is not null

),

graduate as (

    select * from {{ ref('int_graduate') }}

),

spell as (

    select * from {{ ref('int_employment_spells') }}

),

policy as (

    select intern_join_months from {{ ref('int_policy') }}

),

-- several agreements with one host: interns are added up, but a graduate who joins counts once
host as (

    select
        institution_code,
        area_code,
        host_code,
        year,
        sum(interns_hosted) as n_interns
    from agreement_year
    group by institution_code, area_code, host_code, year

),

joined as (

    select
        agreement_year.institution_code,
        agreement_year.host_code,
        agreement_year.year,
        count(distinct graduate.graduate_id) as n_joined
    from agreement_year
    cross join policy
    inner join graduate
        on
            agreement_year.institution_code = graduate.institution_code
            and coalesce(agreement_year.program_code, graduate.program_code) = graduate.program_code
            and agreement_year.year = graduate.cohort_year
    inner join spell
        on
            graduate.graduate_id = spell.graduate_id
            and agreement_year.host_code = spell.enterprise_code
    where spell.start_month <= graduate.graduation_month + policy.intern_join_months
    group by agreement_year.institution_code, agreement_year.host_code, agreement_year.year

),

-- a year counts once all months in which its graduates could join the host have been observed
final as (

    select
        host.institution_code,
        host.area_code,
        host.host_code,
        host.year,
        host.n_interns,
        coalesce(joined.n_joined, 0) as n_joined
    from host
    cross join policy
    inner join {{ ref('int_institution_month') }} as institution_month
        on
            host.institution_code = institution_month.institution_code
            and host.year * 12 + 11 + policy.intern_join_months = institution_month.month_number
            and host.year * 12 >= institution_month.observed_since_month
    left join joined
        on
            host.institution_code = joined.institution_code
            and host.host_code = joined.host_code
            and host.year = joined.year

)

select * from final
