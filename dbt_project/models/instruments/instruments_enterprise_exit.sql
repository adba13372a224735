{{ config(alias='enterprise_exit') }}
with

poor as (

    select * from {{ ref('basis_enterprise_poor') }}

),

counted as (

    select
        newest.enterprise_code,
        newest.year,
        policy.exit_poor_years,
        count(before.year) as years_poor
    from poor as newest
    cross join {{ ref('int_instrument_policy') }} as policy
    left join poor as before
        on
            newest.enterprise_code = before.enterprise_code
            and newest.year >= before.year
            and newest.year - policy.exit_years < before.year
            and before.is_poor
    group by newest.enterprise_code, newest.year, policy.exit_poor_years

),

final as (

    select
        poor.enterprise_code,
        poor.year,
        poor.n_agreements,
        poor.n_participating,
        poor.n_interns,
        poor.n_joined,
        poor.reasons,
        poor.is_poor,
        counted.years_poor,
        counted.years_poor >= counted.exit_poor_years as is_exit
    from poor
    inner join counted on poor.enterprise_code = counted.enterprise_code and poor.year = counted.year

)

select * from final
