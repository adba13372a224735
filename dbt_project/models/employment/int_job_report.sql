with

employment_spell as (

    select * from {{ ref('stg_employment_spell') }}

),

employment_month as (

    select * from {{ ref('stg_employment_month') }}

),

observation as (

    select * from {{ ref('int_observation') }}

),

employer_map as (

    select * from {{ ref('int_employer_map') }}

),

reporter as (

    select distinct person_key
    from employment_spell

),

-- reported jobs count only for people without insured months, or for graduations that insurance cannot observe
insured_person as (

    select distinct employment_month.person_key
    from employment_month
    inner join reporter on employment_month.person_key = reporter.person_key
    cross join observation
    where employment_month.insured_month <= observation.t_obs_month

),

final as (

    select
        employment_spell.person_key,
        coalesce(employer_map.mapped_code, employment_spell.employer) as enterprise_code,
        employment_spell.employer as reported_employer,
        employment_spell.started_on,
        {{ month_number('employment_spell.started_on') }} as start_month,
        greatest(
            {{ month_number('employment_spell.started_on') }},
            {{ month_number('coalesce(employment_spell.ended_on, employment_spell.observed_on)') }}
        ) as end_month,
        {{ month_number('employment_spell.observed_on') }} as observed_month,
        employment_spell.ended_on is null as is_open,
        employment_spell.monthly_wage,
        {{ province('employment_spell.region_code') }} as province_code,
        insured_person.person_key is not null as is_insured_person
    from employment_spell
    left join insured_person on employment_spell.person_key = insured_person.person_key
    left join employer_map on employment_spell.employer = employer_map.enterprise_code

)

select * from final
