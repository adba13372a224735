with

starting_salary as (

    select * from {{ ref('int_starting_salary') }}

),

graduate as (

    select * from {{ ref('int_graduate') }}

),

graduation_number as (

    select * from {{ ref('int_graduation_number') }}

),

cooperative_cohort as (

    select distinct
        institution_code,
        program_code,
        cohort_year
    from {{ ref('int_cooperative_cohort') }}

),

cooperative_institution as (

    select distinct
        institution_code,
        cohort_year
    from cooperative_cohort

),

-- a program without an agreement is on neither side if its institution has agreements for other programs
final as (

    select
        starting_salary.measure,
        graduate.graduate_id,
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        graduate.study_level,
        graduate.region_class,
        graduate.sex,
        cooperative_cohort.institution_code is not null as is_cooperative,
        starting_salary.real_salary_month_cny,
        ln(starting_salary.real_salary_month_cny) as log_salary,
        starting_salary.is_at_floor + starting_salary.is_at_cap as n_limits,
        graduation_number.publication_number,
        cast(dense_rank() over (
            order by
                starting_salary.measure,
                graduate.institution_code,
                graduate.program_code,
                graduate.cohort_year,
                graduate.study_level
        ) as int) as cell_id
    from starting_salary
    inner join graduate on starting_salary.graduate_id = graduate.graduate_id
    left join graduation_number on starting_salary.graduate_id = graduation_number.graduate_id
    left join cooperative_cohort
        on
            graduate.institution_code = cooperative_cohort.institution_code
            and graduate.program_code = cooperative_cohort.program_code
            and graduate.cohort_year = cooperative_cohort.cohort_year
    left join cooperative_institution
        on
            graduate.institution_code = cooperative_institution.institution_code
            and graduate.cohort_year = cooperative_institution.cohort_year
    where
        starting_salary.measure in ('register', 'survey')
        and starting_salary.real_salary_month_cny > 0
        and (
            cooperative_cohort.institution_code is not null
            or cooperative_institution.institution_code is null
        )

)

select * from final
