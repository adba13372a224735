with

policy as (

    select cast(insured_within_months as int) as insured_within_months from {{ ref('int_signal_policy') }}

),

final_day as (

    select distinct
        until_month,
        until_day
    from {{ ref('stg_policy_destination_formula') }}
    where definition = 'moe_final'

),

registered as (

    select
        destination.graduate_id,
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        {{ month_number('destination.registered_on') }} as registered_month
    from {{ ref('int_destination') }} as destination
    inner join final_day
        on
            destination.until_month = final_day.until_month
            and destination.until_day = final_day.until_day
    inner join {{ ref('int_graduate') }} as graduate on destination.graduate_id = graduate.graduate_id
    where destination.destination in ('agreement', 'labour_contract')

),

-- insurance is observed in the month and in all months after it that count
observed as (

    select
        registered.*,
        registered.registered_month + policy.insured_within_months as last_month
    from registered
    cross join policy
    inner join {{ ref('int_institution_month') }} as institution_month
        on
            registered.institution_code = institution_month.institution_code
            and registered.registered_month + policy.insured_within_months = institution_month.month_number
            and registered.registered_month >= institution_month.observed_since_month

),

insured as (

    select distinct observed.graduate_id
    from observed
    inner join {{ ref('int_employment_month') }} as employment_month
        on
            observed.graduate_id = employment_month.graduate_id
            and observed.registered_month <= employment_month.insured_month
            and observed.last_month >= employment_month.insured_month
    where not employment_month.is_before_graduation

),

final as (

    select
        observed.institution_code,
        observed.program_code,
        observed.cohort_year,
        'registered_not_insured' as signal,
        count(*) as n,
        count(*) - count(insured.graduate_id) as n_hits
    from observed
    left join insured on observed.graduate_id = insured.graduate_id
    group by observed.institution_code, observed.program_code, observed.cohort_year

)

select * from final
