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

    select
        int_policy.intern_join_months,
        int_observation.t_obs_month
    from {{ ref('int_policy') }} as int_policy
    cross join {{ ref('int_observation') }} as int_observation

),

-- several agreements with one host: interns are added up, but a graduate who joins counts once
host as (

    select
        institution_code,
        region_code,
        host_code,
        year,
        sum(interns_hosted) as n_interns
    from agreement_year
    group by institution_code, region_code, host_code, year

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

-- only years whose graduates have had all the months in which joining counts
final as (

    select
        host.institution_code,
        host.region_code,
        host.host_code,
        host.year,
        host.n_interns,
        coalesce(joined.n_joined, 0) as n_joined
    from host
    inner join policy on host.year * 12 + 11 + policy.intern_join_months <= policy.t_obs_month
    left join joined
        on
            host.institution_code = joined.institution_code
            and host.host_code = joined.host_code
            and host.year = joined.year

)

select * from final
