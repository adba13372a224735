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

-- a person has spells from insured months or from job reports, never from both
paid as (

    select
        earliest.graduate_id,
        earliest.enterprise_code,
        sum(coalesce(employment_month.contribution_base, job_report.monthly_wage)) as start_pay_cny
    from earliest
    left join {{ ref('int_employment_month') }} as employment_month
        on
            earliest.graduate_id = employment_month.graduate_id
            and earliest.enterprise_code = employment_month.enterprise_code
            and earliest.start_month = employment_month.insured_month
    left join {{ ref('int_job_report') }} as job_report
        on
            earliest.person_key = job_report.person_key
            and earliest.enterprise_code = job_report.enterprise_code
            and earliest.start_month between job_report.start_month and job_report.end_month
    group by earliest.graduate_id, earliest.enterprise_code

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
    inner join paid
        on earliest.graduate_id = paid.graduate_id and earliest.enterprise_code = paid.enterprise_code

),

final as (

    select
        graduate_id,
        institution_code,
        program_code,
        cohort_year,
        basis,
        enterprise_code,
        cast(-dense_rank() over (order by enterprise_code) as int) as employer_rollup_id,
        start_month,
        end_month,
        starts_on,
        ends_on,
        is_event,
        seen_until_month,
        -- null if the spell began too late to observe a separation: it does not count for retention
        case when start_month <= seen_until_month then least(end_month, seen_until_month) - start_month + 1 end
            as duration_months
    from ranked
    where best_paid_first = 1

)

select * from final
