with

judged as (

    select
        enterprise_year.*,
        enterprise_year.n_agreements > 0 and enterprise_year.n_participating = 0 as is_paper,
        coalesce(
            conversion.n_interns >= policy.exit_min_interns
            and {{ is_below('conversion.conversion_high', 'policy.exit_conversion') }},
            false
        ) as is_without_conversion
    from {{ ref('basis_enterprise_year') }} as enterprise_year
    cross join {{ ref('int_instrument_policy') }} as policy
    left join {{ ref('basis_enterprise_conversion') }} as conversion
        on
            enterprise_year.enterprise_code = conversion.enterprise_code
            and enterprise_year.year = conversion.year

),

final as (

    select
        enterprise_code,
        year,
        n_agreements,
        n_participating,
        n_interns,
        n_joined,
        case when is_without_conversion then 'no_conversion' else '' end
        || case when is_without_conversion and is_paper then '|' else '' end
        || case when is_paper then 'paper' else '' end as reasons,
        is_paper or is_without_conversion as is_poor
    from judged

)

select * from final
