with

due_wave as (

    select * from {{ ref('int_due_wave') }}

),

job_match as (

    select
        graduate_id,
        wave_months,
        max(case
            when definition = 'self_report' and is_match then 'matched' when definition = 'self_report'
                then 'not_matched'
        end) as self_report,
        max(case
            when definition = 'realised' and is_match then 'matched' when definition = 'realised'
                then 'not_matched'
        end) as realised,
        -- of both lists the narrower one that holds the occupation; 'core' comes before 'not_matched' and 'related'
        max(case when definition = 'normative' and fit = 'core' and is_match then 1 else 0 end) as is_core,
        max(case when definition = 'normative' and fit = 'core_or_related' and is_match then 1 else 0 end) as is_listed,
        max(case when definition = 'normative' then 1 else 0 end) as has_list,
        max(case when definition = 'vertical' and is_match then fit end) as vertical
    from {{ ref('int_job_match') }}
    group by graduate_id, wave_months

),

final as (

    select
        due_wave.graduate_id,
        due_wave.wave_months,
        case
            when not due_wave.is_answered then 'no_answer'
            when due_wave.activity in ('further_study', 'military') then 'study'
            when due_wave.activity = 'employed' then 'works'
            when due_wave.activity in ('self_employed', 'freelance') then 'own_business'
            else 'not_placed'
        end as activity,
        coalesce(job_match.self_report, 'no_code') as self_report,
        case
            when job_match.is_core = 1 then 'core'
            when job_match.is_listed = 1 then 'related'
            when job_match.has_list = 1 then 'not_matched'
            else 'no_code'
        end as normative,
        coalesce(job_match.realised, 'no_code') as realised,
        coalesce(job_match.vertical, 'no_code') as vertical
    from due_wave
    left join job_match
        on
            due_wave.graduate_id = job_match.graduate_id
            and due_wave.wave_months = job_match.wave_months

)

select * from final
