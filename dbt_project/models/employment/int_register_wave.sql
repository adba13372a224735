with

due_wave as (

    select * from {{ ref('int_due_wave') }}

),

employment_month as (

    select * from {{ ref('int_employment_month') }}
    where not is_before_graduation

),

policy as (

    select register_window_months from {{ ref('int_policy') }}

),

wave as (

    select distinct wave_months from due_wave

),

series as (

    {{ integers(120) }}

),

-- one row per wave and month within the window of the wave, as months after graduation
window_month as (

    select
        wave.wave_months,
        series.number as months_after
    from wave
    cross join policy
    inner join series
        on abs(series.number - wave.wave_months) <= policy.register_window_months

),

insured_wave as (

    select distinct
        employment_month.graduate_id,
        window_month.wave_months
    from employment_month
    inner join {{ ref('int_graduate') }} as graduate on employment_month.graduate_id = graduate.graduate_id
    inner join window_month
        on window_month.months_after = employment_month.insured_month - graduate.graduation_month

),

insured_graduate as (

    select distinct graduate_id
    from employment_month

),

final as (

    select
        due_wave.graduate_id,
        due_wave.institution_code,
        due_wave.program_code,
        due_wave.cohort_year,
        due_wave.wave_months,
        insured_wave.graduate_id is not null as is_insured,
        insured_graduate.graduate_id is null as is_not_captured,
        graduate_window.is_start_observed and graduate_window.is_whole_observed as is_capture_observed
    from due_wave
    cross join policy
    inner join {{ ref('int_institution_month') }} as institution_month
        on
            due_wave.institution_code = institution_month.institution_code
            and due_wave.wave_month + policy.register_window_months = institution_month.month_number
            and due_wave.wave_month - policy.register_window_months >= institution_month.observed_since_month
    inner join {{ ref('int_graduate_window') }} as graduate_window
        on due_wave.graduate_id = graduate_window.graduate_id
    left join insured_wave
        on
            due_wave.graduate_id = insured_wave.graduate_id
            and due_wave.wave_months = insured_wave.wave_months
    left join insured_graduate on due_wave.graduate_id = insured_graduate.graduate_id

)

select * from final
