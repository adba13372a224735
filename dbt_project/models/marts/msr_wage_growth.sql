with

graduate as (

    select * from {{ ref('int_graduate') }}

),

starting_salary as (

    select * from {{ ref('int_starting_salary') }}
    where real_salary_month_cny > 0

),

policy as (

    select
        limit_share_max,
        survey_salary_wave_months
    from {{ ref('int_policy') }}

),

wage as (

    select int_wage.* from {{ ref('int_wage') }} as int_wage
    inner join policy on int_wage.horizon_months > policy.survey_salary_wave_months

),

-- each person against the own start, never one group's median against another's
grown as (

    select
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        wage.measure,
        wage.horizon_months,
        wage.real_wage_month_cny / starting_salary.real_salary_month_cny - 1.0 as growth,
        greatest(wage.is_at_floor, wage.is_at_cap, starting_salary.is_at_floor, starting_salary.is_at_cap)
            as is_at_limit
    from wage
    inner join graduate on wage.graduate_id = graduate.graduate_id
    inner join starting_salary
        on
            wage.graduate_id = starting_salary.graduate_id
            and wage.measure = starting_salary.measure

),

statistics as (

    select
        institution_code,
        program_code,
        cohort_year,
        measure,
        horizon_months,
        count(*) as n,
        sum(is_at_limit) as n_limit,
        percentile_cont(0.25) within group (order by growth) as p25,
        percentile_cont(0.50) within group (order by growth) as p50,
        percentile_cont(0.75) within group (order by growth) as p75,
        avg(growth) as mean
    from grown
    group by institution_code, program_code, cohort_year, measure, horizon_months

),

final as (

    select
        statistics.institution_code,
        statistics.program_code,
        statistics.cohort_year,
        statistics.measure,
        statistics.horizon_months,
        statistics.n,
        case when statistics.n_limit <= policy.limit_share_max * statistics.n then statistics.p25 end as p25,
        case when statistics.n_limit <= policy.limit_share_max * statistics.n then statistics.p50 end as p50,
        case when statistics.n_limit <= policy.limit_share_max * statistics.n then statistics.p75 end as p75,
        case when statistics.n_limit <= policy.limit_share_max * statistics.n then statistics.mean end as mean,
        case when statistics.measure = 'register' then cast(statistics.n_limit as double) / statistics.n end
            as share_limit,
        case when statistics.n_limit <= policy.limit_share_max * statistics.n then 'ok' else 'not_comparable' end
            as status
    from statistics
    cross join policy

)

select * from final
