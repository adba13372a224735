with

final as (

    select distinct
        institution_code,
        program_code,
        cohort_year,
        mode
    from {{ ref('int_cohort_agreement') }}

)

select * from final
