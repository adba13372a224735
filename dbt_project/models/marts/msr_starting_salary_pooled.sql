with

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
        status
    from {{ ref('int_salary_pooled') }}

)

select * from final
