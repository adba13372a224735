with

paid as (

    select * from {{ ref('int_wage_month') }}

),

deflator as (

    select * from {{ ref('int_deflator') }}

),

-- pay from merged employers in one month is added up; if one part has no price index, real pay is null
job_month as (

    select
        paid.graduate_id,
        paid.measure,
        paid.horizon_months,
        paid.paid_month,
        paid.enterprise_code,
        min(paid.province_code) as province_code,
        sum(paid.pay_cny) as pay_cny,
        case when count(*) = count(deflator.deflator) then sum(paid.pay_cny * deflator.deflator) end as real_pay_cny
    from paid
    left join deflator
        on
            paid.province_code = deflator.province_code
            and deflator.year = cast(floor(paid.paid_month / 12.0) as int)
    group by paid.graduate_id, paid.measure, paid.horizon_months, paid.paid_month, paid.enterprise_code

),

-- of several jobs in a month only the best-paid job counts
ranked as (

    select
        *,
        row_number() over (
            partition by graduate_id, measure, horizon_months, paid_month
            order by pay_cny desc, enterprise_code asc
        ) as best_paid_first
    from job_month

),

final as (

    select
        graduate_id,
        measure,
        horizon_months,
        paid_month,
        province_code,
        pay_cny,
        real_pay_cny
    from ranked
    where
        best_paid_first = 1
        and real_pay_cny is not null

)

select * from final
