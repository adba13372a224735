{{ config(schema='indicators') }}
with

unit as (

    select * from {{ ref('int_flag_unit') }}

),

pay as (

    select * from {{ ref('int_flag_pay') }}

),

retention as (

    select * from {{ ref('msr_retention') }}
    where scope = 'program' and cohort_year is not null and horizon_months = 12 and retention is not null

),

policy as (

    select max(cast(value as int)) as trend_cohorts
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_flag' and name = 'trend_cohorts'

),

registered as (

    select
        unit.year,
        unit.institution_code,
        unit.program_code,
        'pay' as measure,
        pay.cohort_year,
        cast(1 as double) as weight,
        pay.log_pay as value,
        cast(pay.n as double) as n
    from unit
    cross join policy
    inner join pay
        on
            unit.institution_code = pay.institution_code
            and unit.program_code = pay.program_code
            and pay.cohort_year > unit.pay_cohort - policy.trend_cohorts
            and unit.pay_cohort >= pay.cohort_year
    union all
    select
        unit.year,
        unit.institution_code,
        unit.program_code,
        'retention' as measure,
        retention.cohort_year,
        cast(retention.n as double) as weight,
        retention.retention as value,
        cast(retention.n_at_risk as double) as n
    from unit
    inner join retention
        on
            unit.institution_code = retention.institution_code
            and unit.program_code = retention.program_code
            and unit.retention_cohort = retention.cohort_year

),

measure as (

    select * from {{ ref('int_flag_answer_measure') }}
    union all
    select * from registered
    union all
    select * from {{ ref('int_flag_course_measure') }}

),

final as (

    select
        measure.*,
        flag_program.study_level
    from measure
    inner join {{ ref('int_flag_program') }} as flag_program
        on
            measure.year = flag_program.year
            and measure.institution_code = flag_program.institution_code
            and measure.program_code = flag_program.program_code

)

select * from final
