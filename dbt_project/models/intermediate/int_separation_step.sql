with

step as (

    select
        institution_code,
        program_code,
        cohort_year,
        months,
        n_at_risk,
        n_events as n_events_any,
        lag(retention, 1, 1.0) over (
            partition by institution_code, program_code, cohort_year order by months
        ) as retention_before
    from {{ ref('int_survival_step') }}
    where program_code is not null

),

separation as (

    select
        institution_code,
        program_code,
        cohort_year,
        months,
        reason,
        cast(count(*) as bigint) as n_events
    from {{ ref('int_separation') }}
    group by institution_code, program_code, cohort_year, months, reason

),

reason as (

    select distinct
        institution_code,
        program_code,
        cohort_year,
        reason
    from separation

),

-- every month in which anybody leaves matters for every reason: those who left are no longer at risk
final as (

    select
        step.institution_code,
        step.program_code,
        step.cohort_year,
        reason.reason,
        step.months,
        step.n_at_risk,
        step.n_events_any,
        coalesce(separation.n_events, 0) as n_events,
        step.retention_before,
        sum(step.retention_before * coalesce(separation.n_events, 0) / step.n_at_risk) over (
            partition by step.institution_code, step.program_code, step.cohort_year, reason.reason
            order by step.months
            rows between unbounded preceding and current row
        ) as incidence
    from step
    inner join reason
        on
            step.institution_code = reason.institution_code
            and step.program_code = reason.program_code
            and step.cohort_year = reason.cohort_year
    left join separation
        on
            step.institution_code = separation.institution_code
            and step.program_code = separation.program_code
            and step.cohort_year = separation.cohort_year
            and step.months = separation.months
            and reason.reason = separation.reason
    where step.n_events_any > 0

)

select * from final
