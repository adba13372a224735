with

wage as (

    select
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        wage.*
    from {{ ref('int_wage') }} as wage
    inner join {{ ref('int_graduate') }} as graduate on wage.graduate_id = graduate.graduate_id

),

policy as (

    select limit_share_max from {{ ref('int_policy') }}

),

statistics as (

    select
        institution_code,
        program_code,
        cohort_year,
        measure,
        horizon_months,
        count(*) as n,
        sum(is_at_floor) as n_floor,
        sum(is_at_cap) as n_cap,
        percentile_cont(0.25) within group (order by real_wage_month_cny) as p25,
        percentile_cont(0.50) within group (order by real_wage_month_cny) as p50,
        percentile_cont(0.75) within group (order by real_wage_month_cny) as p75,
        avg(real_wage_month_cny) as mean
    from wage
    group by institution_code, program_code, cohort_year, measure, horizon_months

),

given as (

    select
        statistics.institution_code,
        statistics.program_code,
        statistics.cohort_year,
        statistics.measure,
        statistics.horizon_months,
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
    cross join policy

),

final as (

    select
        *,
        case when p50 is null then 'not_comparable' else 'ok' end as status
    from given

)

select * from final
