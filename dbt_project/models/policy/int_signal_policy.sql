with

final as (

    select
        max(case when name = 'signal_wave_months' then value end) as signal_wave_months,
        max(case when name = 'tiny_firm_min_answers' then value end) as tiny_firm_min_answers,
        max(case when name = 'same_income_min_answers' then value end) as same_income_min_answers,
        max(case when name = 'insured_within_months' then value end) as insured_within_months,
        max(case when name = 'signal_min_n' then value end) as signal_min_n,
        max(case when name = 'signal_min_peers' then value end) as signal_min_peers,
        max(case when name = 'prior_hits' then value end) as prior_hits,
        max(case when name = 'leave_out_from_peers' then value end) as leave_out_from_peers,
        max(case when name = 'false_discovery' then value end) as false_discovery,
        max(case when name = 'min_hits' then value end) as min_hits,
        max(case when name = 'min_excess' then value end) as min_excess,
        max(case when name = 'places_factor' then value end) as places_factor,
        max(case when name = 'copied_years' then value end) as copied_years
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_signal'

)

select * from final
