with

first_spell as (

    select
        *,
        seen_until_month - start_month + 1 as follow_up_months
    from {{ ref('int_first_spell') }}
    where duration_months is not null

),

-- counts by duration; the roll-up to the institution (program_code empty) adds counts, never rates
duration as (

    select
        institution_code,
        program_code,
        cohort_year,
        cast(duration_months as int) as months,
        count(*) as n_leaving,
        sum(case when is_event then 1 else 0 end) as n_events,
        max(follow_up_months) as follow_up_months
    from first_spell
    group by institution_code, program_code, cohort_year, duration_months
    union all
    select
        institution_code,
        cast(null as string) as program_code,
        cohort_year,
        cast(duration_months as int) as months,
        count(*) as n_leaving,
        sum(case when is_event then 1 else 0 end) as n_events,
        max(follow_up_months) as follow_up_months
    from first_spell
    group by institution_code, cohort_year, duration_months

),

at_risk as (

    select
        *,
        sum(n_leaving) over cell as n,
        max(months) over cell as longest_months,
        max(follow_up_months) over cell as cell_follow_up_months,
        sum(n_leaving) over (
            partition by institution_code, program_code, cohort_year
            order by months desc
            rows between unbounded preceding and current row
        ) as n_at_risk
    from duration
    window cell as (partition by institution_code, program_code, cohort_year)

),

hazard as (

    select
        *,
        case when n_at_risk > n_events then ln(1.0 - cast(n_events as double) / n_at_risk) end as log_factor,
        case when n_at_risk > n_events then cast(n_events as double) / n_at_risk / (n_at_risk - n_events) end
            as greenwood
    from at_risk

),

-- everybody at risk leaves: the product is 0 from here on
final as (

    select
        institution_code,
        program_code,
        cohort_year,
        months,
        cast(n as bigint) as n,
        cast(n_at_risk as bigint) as n_at_risk,
        cast(n_leaving as bigint) as n_leaving,
        cast(n_events as bigint) as n_events,
        longest_months,
        cell_follow_up_months,
        case when log_factor is null then 0.0 else exp(sum(log_factor) over so_far) end as retention,
        sum(greenwood) over so_far as greenwood_sum
    from hazard
    window so_far as (
        partition by institution_code, program_code, cohort_year
        order by months
        rows between unbounded preceding and current row
    )

)

select * from final
