with

graduate as (

    select * from {{ ref('int_graduate') }}

),

registration as (

    select * from {{ ref('stg_destination_registration') }}

),

until_day as (

    select distinct
        until_month,
        until_day
    from {{ ref('stg_policy_destination_formula') }}

),

at_institution as (

    select
        graduate.graduate_id,
        graduate.institution_code,
        graduate.cohort_year,
        registration.program_code,
        registration.registered_on,
        registration.received_on,
        registration.destination,
        registration.program_code = graduate.program_code as is_own,
        max(case when registration.program_code = graduate.program_code then 1 else 0 end)
            over (partition by graduate.graduate_id) as has_own
    from graduate
    inner join registration
        on
            graduate.person_key = registration.person_key
            and graduate.institution_code = registration.institution_code

),

-- a graduation without any registration of its own takes the person's at the institution in the cohort year
of_graduate as (

    select * from at_institution
    where is_own or (has_own = 0 and year(registered_on) = cohort_year)

),

received as (

    select
        institution_code,
        cohort_year,
        max(received_on) as received_on
    from of_graduate
    group by institution_code, cohort_year

),

-- a day counts once a delivery after it holds rows of the institution's cohort
graduate_day as (

    select
        graduate.graduate_id,
        graduate.institution_code,
        graduate.cohort_year,
        until_day.until_month,
        until_day.until_day,
        make_date(graduate.cohort_year, until_day.until_month, until_day.until_day) as on_day
    from graduate
    cross join until_day
    inner join received
        on
            graduate.institution_code = received.institution_code
            and graduate.cohort_year = received.cohort_year
    where
        graduate.graduated_on <= make_date(graduate.cohort_year, until_day.until_month, until_day.until_day)
        and received.received_on > make_date(graduate.cohort_year, until_day.until_month, until_day.until_day)

),

registered as (

    select
        graduate_day.graduate_id,
        graduate_day.on_day,
        of_graduate.destination,
        of_graduate.registered_on,
        row_number() over (
            partition by graduate_day.graduate_id, graduate_day.on_day
            order by of_graduate.registered_on desc, of_graduate.program_code asc
        ) as newest_first
    from graduate_day
    inner join of_graduate
        on
            graduate_day.graduate_id = of_graduate.graduate_id
            and graduate_day.on_day >= of_graduate.registered_on

),

on_day as (

    select
        graduate_day.*,
        registered.destination,
        registered.registered_on,
        count(registered.destination) over (
            partition by graduate_day.institution_code, graduate_day.cohort_year, graduate_day.on_day
        ) as n_registered,
        count(*) over (
            partition by graduate_day.institution_code, graduate_day.cohort_year, graduate_day.on_day
        ) as n_graduates
    from graduate_day
    left join registered
        on
            graduate_day.graduate_id = registered.graduate_id
            and graduate_day.on_day = registered.on_day
            and registered.newest_first = 1

),

final as (

    select
        on_day.graduate_id,
        on_day.until_month,
        on_day.until_day,
        on_day.destination,
        on_day.registered_on,
        on_day.n_registered >= policy.registered_min_share * on_day.n_graduates as is_comparable
    from on_day
    cross join {{ ref('int_policy') }} as policy

)

select * from final
