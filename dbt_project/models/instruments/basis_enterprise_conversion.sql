with

enterprise_year as (

    select * from {{ ref('basis_enterprise_year') }}

),

summed as (

    select
        newest.enterprise_code,
        newest.year,
        sum(before.n_interns) as n_interns,
        least(sum(coalesce(before.n_joined, 0)), sum(before.n_interns)) as n_joined
    from enterprise_year as newest
    cross join {{ ref('int_instrument_policy') }} as policy
    inner join enterprise_year as before
        on
            newest.enterprise_code = before.enterprise_code
            and newest.year >= before.year
            and newest.year - policy.exit_years < before.year
    where newest.n_joined is not null
    group by newest.enterprise_code, newest.year

),

rate as (

    select
        *,
        cast(n_joined as double) / n_interns as conversion
    from summed
    where n_interns > 0

),

final as (

    select
        rate.enterprise_code,
        rate.year,
        rate.n_interns,
        rate.n_joined,
        {{ wilson('rate.conversion', 'rate.n_interns', 'int_policy.normal_quantile', '+') }} as conversion_high
    from rate
    cross join {{ ref('int_policy') }} as int_policy

)

select * from final
