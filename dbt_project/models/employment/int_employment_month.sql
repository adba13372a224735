with

employment_month as (

    select * from {{ ref('stg_employment_month') }}

),

graduate as (

    select * from {{ ref('int_graduate') }}

),

employer_map as (

    select * from {{ ref('int_employer_map') }}

),

-- a year before graduation is kept, to recognise jobs that began before it even across open months
observation_window as (

    select
        t_obs_month,
        12 as months_before
    from {{ ref('int_observation') }}

),

graduate_window as (

    select
        graduate.graduate_id,
        graduate.person_key,
        graduate.graduation_month,
        graduate.graduation_month - observation_window.months_before as first_month,
        least(
            observation_window.t_obs_month,
            coalesce(graduate.next_graduation_month - 1, observation_window.t_obs_month)
        ) as last_month
    from graduate
    cross join observation_window
    where observation_window.t_obs_month is not null

),

final as (

    select
        graduate_window.graduate_id,
        coalesce(employer_map.mapped_code, employment_month.enterprise_code) as enterprise_code,
        employment_month.insured_month,
        employer_map.mapped_code is not null as is_merged_employer,
        employment_month.insured_month < graduate_window.graduation_month as is_before_graduation,
        employment_month.contribution_base,
        employment_month.region_code
    from employment_month
    inner join graduate_window
        on
            employment_month.person_key = graduate_window.person_key
            and employment_month.insured_month >= graduate_window.first_month
            and employment_month.insured_month <= graduate_window.last_month
    left join employer_map on employment_month.enterprise_code = employer_map.enterprise_code

)

select * from final
