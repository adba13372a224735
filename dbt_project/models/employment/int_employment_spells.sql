with

graduate as (

    select * from {{ ref('int_graduate') }}

),

month_spell as (

    select * from {{ ref('int_month_spell') }}

),

reported_job as (

    select * from {{ ref('int_reported_job') }}

),

graduate_window as (

    select * from {{ ref('int_graduate_window') }}

),

by_month as (

    select
        month_spell.graduate_id,
        'month' as basis,
        month_spell.enterprise_code,
        month_spell.start_month,
        least(month_spell.end_month, graduate_window.last_month) as end_month,
        month_spell.start_month as job_start_month,
        least(month_spell.end_month, graduate_window.last_month) as job_end_month,
        month_spell.is_begun_before_graduation,
        graduate_window.seen_until_month,
        graduate_window.last_month as known_until_month,
        true as is_ended
    from month_spell
    inner join graduate_window on month_spell.graduate_id = graduate_window.graduate_id
    where
        graduate_window.is_start_observed
        and month_spell.start_month <= graduate_window.last_month

),

by_report as (

    select
        graduate.graduate_id,
        'spell' as basis,
        reported_job.enterprise_code,
        greatest(reported_job.start_month, graduate.graduation_month) as start_month,
        least(reported_job.end_month, coalesce(graduate.next_graduation_month - 1, reported_job.end_month))
            as end_month,
        reported_job.start_month as job_start_month,
        reported_job.end_month as job_end_month,
        reported_job.start_month < graduate.graduation_month as is_begun_before_graduation,
        least(
            reported_job.observed_month,
            coalesce(graduate.next_graduation_month - 1, reported_job.observed_month)
        ) as seen_until_month,
        least(
            reported_job.observed_month,
            coalesce(graduate.next_graduation_month - 1, reported_job.observed_month)
        ) as known_until_month,
        reported_job.is_ended
    from reported_job
    inner join graduate
        on
            reported_job.person_key = graduate.person_key
            and reported_job.end_month >= graduate.graduation_month
            and reported_job.start_month < coalesce(graduate.next_graduation_month, reported_job.start_month + 1)
    left join graduate_window on graduate.graduate_id = graduate_window.graduate_id
    where not (reported_job.is_insured_person and coalesce(graduate_window.is_start_observed, false))

),

spell as (

    select * from by_month
    union all
    select * from by_report

),

final as (

    select
        *,
        {{ month_date('start_month') }} as starts_on,
        {{ month_date('end_month') }} as ends_on,
        end_month - start_month + 1 as n_months,
        is_ended and job_end_month <= seen_until_month as is_event
    from spell

)

select * from final
