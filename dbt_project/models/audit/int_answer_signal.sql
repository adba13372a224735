{%- set key = 'institution_code, program_code, cohort_year' -%}
with

policy as (

    select * from {{ ref('int_signal_policy') }}

),

answer as (

    select
        *,
        count(enterprise_code) over (partition by {{ key }}, enterprise_code) as n_same_employer
    from {{ ref('int_placement_answer') }}

),

judged as (

    select
        {{ key }},
        'flexible' as signal,
        activity in ('self_employed', 'freelance') as is_hit
    from answer
    where activity in ('employed', 'self_employed', 'freelance', 'further_study', 'military')
    union all
    select
        {{ key }},
        'tiny_firm' as signal,
        answer.is_micro and answer.n_same_employer >= policy.tiny_firm_min_answers as is_hit
    from answer
    cross join policy
    where answer.is_known
    union all
    select
        {{ key }},
        'no_such_employer' as signal,
        not is_known or is_deregistered as is_hit
    from answer
    where enterprise_code is not null
    union all
    select
        answer.institution_code,
        answer.program_code,
        answer.cohort_year,
        'not_insured' as signal,
        not register_wave.is_insured as is_hit
    from answer
    cross join policy
    inner join {{ ref('int_register_wave') }} as register_wave
        on
            answer.graduate_id = register_wave.graduate_id
            and policy.signal_wave_months = register_wave.wave_months
    where answer.activity = 'employed'

),

income as (

    select
        {{ key }},
        monthly_income,
        count(*) as n
    from answer
    where activity = 'employed' and monthly_income > 0
    group by {{ key }}, monthly_income

),

final as (

    select
        {{ key }},
        signal,
        count(*) as n,
        cast(sum(case when is_hit then 1 else 0 end) as bigint) as n_hits
    from judged
    group by {{ key }}, signal
    union all
    select
        {{ key }},
        'same_income' as signal,
        cast(sum(income.n) as bigint) as n,
        cast(max(case when income.n >= policy.same_income_min_answers then income.n else 0 end) as bigint) as n_hits
    from income
    cross join policy
    group by {{ key }}

)

select * from final
