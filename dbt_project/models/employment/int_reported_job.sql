with

job_report as (

    select * from {{ ref('int_job_report') }}

),

policy as (

    select spell_gap_months + 1 as bridged_step from {{ ref('int_policy') }}

),

first_graduation as (

    select
        person_key,
        min(graduation_month) as graduation_month
    from {{ ref('int_graduate') }}
    group by person_key

),

reached as (

    select
        *,
        max(end_month) over (
            partition by person_key, enterprise_code
            order by start_month, end_month
            rows between unbounded preceding and 1 preceding
        ) as reached_month
    from job_report

),

island as (

    select
        reached.*,
        sum(case when reached.start_month - reached.reached_month > policy.bridged_step then 1 else 0 end) over (
            partition by reached.person_key, reached.enterprise_code
            order by reached.start_month, reached.end_month
            rows between unbounded preceding and current row
        ) as island_number
    from reached
    cross join policy

),

-- the report with the last end says whether the job ended; (month * 2 + 1) makes an open job win a tie
job as (

    select
        person_key,
        enterprise_code,
        min(start_month) as start_month,
        max(end_month) as end_month,
        max(observed_month) as observed_month,
        is_insured_person,
        mod(max(end_month * 2 + case when is_open then 1 else 0 end), 2) = 0 as is_ended
    from island
    group by person_key, enterprise_code, island_number, is_insured_person

),

final as (

    select
        job.*,
        coalesce(job.start_month < first_graduation.graduation_month, false) as is_begun_before_graduation,
        -- tenure of the whole job, also before graduation
        greatest(least(job.end_month, job.observed_month) - job.start_month + 1, 0) as n_months,
        job.is_ended and job.end_month <= job.observed_month as is_event
    from job
    left join first_graduation on job.person_key = first_graduation.person_key

)

select * from final
