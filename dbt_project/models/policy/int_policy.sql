with

policy as (

    {{ in_force(ref('policy_indicator'), ['name']) }}

),

student_t as (

    select * from {{ ref('student_t') }}

),

numbers as (

    select
        max(case when name = 'spell_gap_months' then cast(value as int) end) as spell_gap_months,
        max(case when name = 'first_spell_max_months' then cast(value as int) end) as first_spell_max_months,
        max(case when name = 'student_job_months' then cast(value as int) end) as student_job_months,
        max(case when name = 'rmst_months' then cast(value as int) end) as rmst_months,
        max(case when name = 'weight_min_respondents' then cast(value as int) end) as weight_min_respondents,
        max(case when name = 'register_window_months' then cast(value as int) end) as register_window_months,
        max(case when name = 'registered_min_share' then cast(value as double) end) as registered_min_share,
        max(case when name = 'starting_pay_months' then cast(value as int) end) as starting_pay_months,
        max(case when name = 'source_begin_months' then cast(value as int) end) as source_begin_months,
        max(case when name = 'open_month_window' then cast(value as int) end) as open_month_window,
        max(case when name = 'open_month_share' then cast(value as double) end) as open_month_share,
        max(case when name = 'min_source_share' then cast(value as double) end) as min_source_share,
        max(case when name = 'source_share_months' then cast(value as int) end) as source_share_months,
        max(case when name = 'max_uncertain_share' then cast(value as double) end) as max_uncertain_share,
        max(case when name = 'survey_salary_wave_months' then cast(value as int) end) as survey_salary_wave_months,
        max(case when name = 'survey_salary_min_hours' then cast(value as int) end) as survey_salary_min_hours,
        max(case when name = 'cooperation_min_days' then cast(value as int) end) as cooperation_min_days,
        max(case when name = 'stratum_min_graduates' then cast(value as int) end) as stratum_min_graduates,
        max(case when name = 'differential_min_institutions' then cast(value as int) end)
            as differential_min_institutions,
        max(case when name = 'limit_share_max' then cast(value as double) end) as limit_share_max,
        max(case when name = 'innovation_months' then cast(value as int) end) as innovation_months,
        max(case when name = 'course_change_months' then cast(value as int) end) as course_change_months,
        max(case when name = 'region_adjusted_min_coverage' then cast(value as double) end)
            as region_adjusted_min_coverage,
        max(case when name = 'satisfied_from' then cast(value as int) end) as satisfied_from,
        max(case when name = 'area_digits' then cast(value as int) end) as area_digits,
        max(case when name = 'equipment_overdue_days' then cast(value as int) end) as equipment_overdue_days,
        max(case when name = 'intern_join_months' then cast(value as int) end) as intern_join_months,
        max(case when name = 'skill_employer_cap' then cast(value as double) end) as skill_employer_cap,
        max(case when name = 'skill_min_effective' then cast(value as double) end) as skill_min_effective,
        max(case when name = 'skill_trend_min_effective' then cast(value as double) end) as skill_trend_min_effective,
        max(case when name = 'skill_min_share' then cast(value as double) end) as skill_min_share,
        max(case when name = 'skill_min_share_bound' then cast(value as double) end) as skill_min_share_bound,
        max(case when name = 'skill_max_outside' then cast(value as double) end) as skill_max_outside,
        max(case when name = 'skill_preferred_weight' then cast(value as double) end) as skill_preferred_weight
    from policy

),

normal as (

    select max(quantile_975) as normal_quantile
    from student_t
    where df is null

),

final as (

    select
        numbers.*,
        normal.normal_quantile
    from numbers
    cross join normal

)

select * from final
