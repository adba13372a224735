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

member as (

    select
        rollup_member.rollup_id,
        rolled.scope,
        coalesce(rolled.cohort_year, 0) as cohort_or_all,
        starting_salary.*,
        workplace.province_code
    from starting_salary
    inner join workplace on starting_salary.graduate_id = workplace.graduate_id
    inner join {{ ref('int_rollup_member') }} as rollup_member
        on starting_salary.graduate_id = rollup_member.graduate_id
    left join {{ ref('int_rollup') }} as rolled on rollup_member.rollup_id = rolled.rollup_id

),

everybody as (

    select
        measure,
        cohort_or_all,
        province_code,
        cast(count(*) as double) / sum(count(*)) over (partition by measure, cohort_or_all) as region_share
    from member
    where scope = 'region'
    group by measure, cohort_or_all, province_code

),

counted as (

    select
        *,
        count(*) over (partition by rollup_id, measure, province_code) as n_province
    from member

),

-- each province gets the share it has among everybody of the cohort; a province without anybody cannot be made up for
final as (

    select
        counted.rollup_id,
        counted.graduate_id,
        counted.measure,
        counted.province_code,
        counted.real_salary_month_cny,
        counted.is_at_floor,
        counted.is_at_cap,
        everybody.region_share / counted.n_province as weight
    from counted
    inner join everybody
        on
            counted.measure = everybody.measure
            and counted.cohort_or_all = everybody.cohort_or_all
            and counted.province_code = everybody.province_code

)

select * from final
