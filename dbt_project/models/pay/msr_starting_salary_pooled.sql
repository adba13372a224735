with

pooling as (

    select cast(value as int) as n_cohorts
    from {{ ref('stg_policy_indicator') }}
    where name = 'pooled_cohorts'

),

salary as (

    select
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        starting_salary.*
    from {{ ref('int_starting_salary') }} as starting_salary
    inner join {{ ref('int_graduate') }} as graduate on starting_salary.graduate_id = graduate.graduate_id
    where starting_salary.real_salary_month_cny is not null

),

ending as (

    select distinct
        institution_code,
        program_code,
        cohort_year,
        measure
    from salary

),

-- quantiles come from the values of all people of the pooled cohorts, never from averages of quantiles
pooled as (

    select
        ending.institution_code,
        ending.program_code,
        ending.cohort_year,
        ending.measure,
        pooling.n_cohorts,
        salary.is_at_floor,
        salary.is_at_cap,
        salary.is_after_open_month,
        salary.real_salary_month_cny
    from ending
    inner join pooling on pooling.n_cohorts > 1
    inner join salary
        on
            ending.institution_code = salary.institution_code
            and ending.program_code = salary.program_code
            and ending.measure = salary.measure
            and ending.cohort_year - pooling.n_cohorts < salary.cohort_year
            and ending.cohort_year >= salary.cohort_year

),

{{ pay_statistics(
    'pooled', ['institution_code', 'program_code', 'cohort_year', 'measure', 'n_cohorts'], 'real_salary_month_cny',
    'is_after_open_month'
) }}, -- noqa: LT02

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
    from indicator

)

select * from final
