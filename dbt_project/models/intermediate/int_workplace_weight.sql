with

starting_salary as (

    select * from {{ ref('int_starting_salary') }}
    where measure in ('register', 'reported') and real_salary_month_cny is not null

),

first_spell as (

    select * from {{ ref('int_first_spell') }}

),

early_pay as (

    select * from {{ ref('int_early_pay') }}
    where real_pay_cny is not null

),

-- the workplace is that of the first counted month
workplace as (

    select
        first_spell.graduate_id,
        min_by(early_pay.province_code, early_pay.paid_month) as province_code
    from first_spell
    inner join early_pay
        on
            first_spell.graduate_id = early_pay.graduate_id
            and first_spell.enterprise_code = early_pay.enterprise_code
    group by first_spell.graduate_id

),

placed as (

    select
        first_spell.institution_code,
        first_spell.program_code,
        first_spell.cohort_year,
        starting_salary.*,
        workplace.province_code
    from starting_salary
    inner join first_spell on starting_salary.graduate_id = first_spell.graduate_id
    inner join workplace on starting_salary.graduate_id = workplace.graduate_id

),

counted as (

    select
        *,
        cast(count(*) over (partition by measure, cohort_year, province_code) as double) as n_region_province,
        cast(count(*) over (partition by measure, cohort_year) as double) as n_region,
        cast(count(*) over (
            partition by measure, institution_code, program_code, cohort_year, province_code
        ) as double) as n_cell_province
    from placed

),

-- each province of the cell gets the share it has among all graduates of the cohort; others cannot be made up for
final as (

    select
        graduate_id,
        measure,
        institution_code,
        program_code,
        cohort_year,
        province_code,
        real_salary_month_cny,
        is_at_floor,
        is_at_cap,
        n_region_province / n_region / n_cell_province as weight
    from counted

)

select * from final
