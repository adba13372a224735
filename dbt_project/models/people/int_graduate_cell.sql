with

graduate as (

    select * from {{ ref('int_graduate') }}

),

program_cohort as (

    select * from {{ ref('int_program_cohort') }}

),

final as (

    select
        graduate.graduate_id,
        program_cohort.cell_id
    from graduate
    inner join program_cohort
        on
            graduate.institution_code = program_cohort.institution_code
            and graduate.program_code = program_cohort.program_code
            and graduate.cohort_year = program_cohort.cohort_year

)

select * from final
