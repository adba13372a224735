with

first_spell as (

    select * from {{ ref('int_first_spell') }}
    where duration_months is not null

),

spell as (

    select * from {{ ref('int_employment_spells') }}

),

graduate as (

    select * from {{ ref('int_graduate') }}

),

policy as (

    select * from {{ ref('int_policy') }}

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'employer_horizon_months'

),

-- the last month in which employment is known: insured months to their end, reported jobs to the newest report
known as (

    select
        graduate_id,
        max(known_until_month) as known_until_month
    from spell
    group by graduate_id

),

followed as (

    select
        first_spell.*,
        horizon.horizon_months
    from first_spell
    inner join known on first_spell.graduate_id = known.graduate_id
    cross join horizon
    where first_spell.start_month + horizon.horizon_months - 1 <= known.known_until_month

),

final as (

    select
        followed.graduate_id,
        followed.institution_code,
        followed.program_code,
        followed.cohort_year,
        followed.horizon_months,
        count(distinct spell.enterprise_code) as n_employers
    from followed
    cross join policy
    inner join graduate on followed.graduate_id = graduate.graduate_id
    inner join spell
        on
            followed.graduate_id = spell.graduate_id
            and followed.start_month <= spell.end_month
            and followed.start_month + followed.horizon_months > spell.start_month
    where not {{ is_student_job('spell', 'graduate', 'policy') }}
    group by
        followed.graduate_id,
        followed.institution_code,
        followed.program_code,
        followed.cohort_year,
        followed.horizon_months

)

select * from final
