with

graduate as (

    select * from {{ ref('int_graduate') }}

),

spell as (

    select
        spell.*,
        graduate.person_key,
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        graduate.graduation_month,
        spell.start_month - graduate.graduation_month <= policy.first_spell_max_months as is_soon_enough,
        min(spell.start_month) over (partition by spell.graduate_id) as earliest_month
    from {{ ref('int_employment_spells') }} as spell
    inner join graduate on spell.graduate_id = graduate.graduate_id
    cross join {{ ref('int_policy') }} as policy
    where not {{ is_student_job('spell', 'graduate', 'policy') }}

),

earliest as (

    select * from spell
    where start_month = earliest_month and is_soon_enough

),

insured_pay as (

    select
        earliest.graduate_id,
        earliest.enterprise_code,
        employment_month.contribution_base as pay_cny,
        1 as newest_first
    from earliest
    inner join {{ ref('int_employment_month') }} as employment_month
        on
            earliest.graduate_id = employment_month.graduate_id
            and earliest.enterprise_code = employment_month.enterprise_code
            and earliest.start_month = employment_month.insured_month
    where earliest.basis = 'month'

),

reported_pay as (

    select
        earliest.graduate_id,
        earliest.enterprise_code,
        job_report.monthly_wage as pay_cny,
        {{ newest_report_first('earliest.graduate_id', 'job_report') }} as newest_first
    from earliest
    inner join {{ ref('int_job_report') }} as job_report
        on
            earliest.person_key = job_report.person_key
            and earliest.enterprise_code = job_report.enterprise_code
            and earliest.start_month between job_report.start_month and job_report.end_month
    where earliest.basis = 'spell'

),

paid as (

    select
        graduate_id,
        enterprise_code,
        sum(pay_cny) as start_pay_cny
    from (
        select * from insured_pay
        union all
        select * from reported_pay
    ) as pay
    where newest_first = 1
    group by graduate_id, enterprise_code

),

-- of several jobs that began in the same month the best-paid job is the first
ranked as (

    select
        earliest.*,
        row_number() over (
            partition by earliest.graduate_id
            order by coalesce(paid.start_pay_cny, 0) desc, earliest.enterprise_code asc
        ) as best_paid_first
    from earliest
    left join paid
        on earliest.graduate_id = paid.graduate_id and earliest.enterprise_code = paid.enterprise_code

),

final as (

    select
        ranked.graduate_id,
        ranked.institution_code,
        ranked.program_code,
        ranked.cohort_year,
        ranked.basis,
        ranked.enterprise_code,
        cast(-dense_rank() over (order by ranked.enterprise_code) as int) as employer_rollup_id,
        ranked.start_month,
        ranked.end_month,
        ranked.starts_on,
        ranked.ends_on,
        ranked.is_event,
        ranked.seen_until_month,
        -- the job may have begun or ended in the open months next to it
        coalesce(month_before.is_open and month_before.month_number >= ranked.graduation_month, false)
            as is_after_open_month,
        coalesce(last_month.n_open_after, 0) as n_open_after,
        -- null if the spell began too late to observe a separation: it does not count for retention
        case
            when ranked.start_month <= ranked.seen_until_month
                then least(ranked.end_month, ranked.seen_until_month) - ranked.start_month + 1
        end as duration_months
    from ranked
    left join {{ ref('int_institution_month') }} as month_before
        on
            ranked.basis = 'month'
            and ranked.institution_code = month_before.institution_code
            and ranked.start_month - 1 = month_before.month_number
    left join {{ ref('int_institution_month') }} as last_month
        on
            ranked.basis = 'month'
            and ranked.institution_code = last_month.institution_code
            and ranked.end_month = last_month.month_number
    where ranked.best_paid_first = 1

)

select * from final
