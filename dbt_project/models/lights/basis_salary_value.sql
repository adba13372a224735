with

ranked as (

    select
        *,
        row_number() over (
            partition by scope, institution_code, program_code, cohort_year
            order by
                case when measure = 'register' and status = 'ok' then 1 when measure = 'survey' then 2 else 3 end
        ) as best_first
    from {{ ref('msr_salary_differential') }}
    where method = 'stratified' and scope in ('institution', 'program') and cohort_year is not null

),

-- a difference without an interval cannot be judged
final as (

    select
        scope,
        institution_code,
        program_code,
        cohort_year,
        n_cooperative as n,
        log_difference as value,
        ci_low,
        ci_high,
        case when status = 'ok' and (ci_low is null or ci_high is null) then 'not_comparable' else status end
            as status
    from ranked
    where best_first = 1

)

select * from final
