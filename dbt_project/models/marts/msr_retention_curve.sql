with

step as (

    select * from {{ ref('int_survival_step') }}

),

cell as (

    select * from {{ ref('int_survival_cell') }}

),

policy as (

    select * from {{ ref('int_policy') }}

),

series as (

    {{ integers(120) }}

),

cell_month as (

    select
        cell.institution_code,
        cell.program_code,
        cell.cohort_year,
        cell.n,
        series.number as months
    from cell
    cross join policy
    inner join series
        on series.number <= least(cell.observed_months, policy.rmst_months)

),

curve as (

    select
        cell_month.institution_code,
        cell_month.program_code,
        cell_month.cohort_year,
        cell_month.months,
        max(cell_month.n) as n,
        sum(case when step.months < cell_month.months then step.n_leaving else 0 end) as n_left_before,
        sum(case when step.months = cell_month.months then step.n_events else 0 end) as n_events,
        coalesce(min(step.retention), 1.0) as retention,
        coalesce(max(step.greenwood_sum), 0.0) as greenwood_sum
    from cell_month
    left join step
        on
            cell_month.institution_code = step.institution_code
            and coalesce(cell_month.program_code, '') = coalesce(step.program_code, '')
            and cell_month.cohort_year = step.cohort_year
            and cell_month.months >= step.months
    group by cell_month.institution_code, cell_month.program_code, cell_month.cohort_year, cell_month.months

),

final as (

    select
        curve.institution_code,
        curve.program_code,
        curve.cohort_year,
        curve.months,
        curve.n,
        cast(curve.n_events as bigint) as n_events,
        cast(curve.n - curve.n_left_before as bigint) as n_at_risk,
        curve.retention,
        {{ retention_interval('curve.retention', 'curve.greenwood_sum', 'policy.normal_quantile', '') }} as ci_low,
        {{ retention_interval('curve.retention', 'curve.greenwood_sum', 'policy.normal_quantile', '-') }} as ci_high,
        'ok' as status
    from curve
    cross join policy

)

select * from final
