with

starting_salary as (

    select * from {{ ref('int_starting_salary') }}
    where real_salary_month_cny is not null

),

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
    from starting_salary
    inner join {{ ref('int_graduate') }} as graduate on starting_salary.graduate_id = graduate.graduate_id

),

ending as (

    select distinct
        institution_code,
        program_code,
        cohort_year,
        measure
    from salary

),

-- microdata of the cohorts ending in cohort_year: quantiles are never averaged
statistics as (

    select
        ending.institution_code,
        ending.program_code,
        ending.cohort_year,
        ending.measure,
        pooling.n_cohorts,
        count(*) as n,
        sum(salary.is_at_floor) as n_floor,
        sum(salary.is_at_cap) as n_cap,
        percentile_cont(0.25) within group (order by salary.real_salary_month_cny) as p25,
        percentile_cont(0.50) within group (order by salary.real_salary_month_cny) as p50,
        percentile_cont(0.75) within group (order by salary.real_salary_month_cny) as p75,
        avg(salary.real_salary_month_cny) as mean
    from ending
    cross join pooling
    inner join salary
        on
            ending.institution_code = salary.institution_code
            and ending.program_code = salary.program_code
            and ending.measure = salary.measure
            and ending.cohort_year - pooling.n_cohorts < salary.cohort_year
            and ending.cohort_year >= salary.cohort_year
    group by ending.institution_code, ending.program_code, ending.cohort_year, ending.measure, pooling.n_cohorts

),

final as (

    select
        statistics.institution_code,
        statistics.program_code,
        statistics.cohort_year,
        statistics.measure,
        statistics.n_cohorts,
        statistics.n,
        {{ percentile_within_limits('statistics', 'p25', 0.25) }} as p25,
        {{ percentile_within_limits('statistics', 'p50', 0.5) }} as p50,
        {{ percentile_within_limits('statistics', 'p75', 0.75) }} as p75,
        case
            when statistics.n_floor + statistics.n_cap <= policy.limit_share_max * statistics.n then statistics.mean
        end as mean,
        case when statistics.measure = 'register' then cast(statistics.n_floor as double) / statistics.n end
            as share_floor,
        case when statistics.measure = 'register' then cast(statistics.n_cap as double) / statistics.n end as share_cap
    from statistics
    cross join {{ ref('int_policy') }} as policy

)

select * from final
