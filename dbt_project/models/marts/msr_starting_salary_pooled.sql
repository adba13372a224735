with

statistics as (

    select * from {{ ref('int_salary_statistics') }}

),

final as (

    select
        institution_code,
        program_code,
        cohort_year,
        measure,
        n_cohorts,
        n,
        p25,
        p50,
        p75,
        mean,
        share_floor,
        share_cap,
        case when p50 is null then 'not_comparable' else 'ok' end as status
    from statistics
    where n_cohorts > 1

)

select * from final
