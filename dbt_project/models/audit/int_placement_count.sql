with

final as (

    select
        institution_code,
        program_code,
        cohort_year,
        signal,
        n,
        n_hits
    from {{ ref('int_answer_signal') }}
    union all
    select
        institution_code,
        program_code,
        cohort_year,
        signal,
        n,
        n_hits
    from {{ ref('int_registration_signal') }}

)

select * from final
