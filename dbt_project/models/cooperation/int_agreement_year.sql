with

agreement as (

    select * from {{ ref('stg_cooperation_agreement') }}

),

cooperation_year as (

    select * from {{ ref('stg_cooperation_year') }}

),

institution as (

    select * from {{ ref('stg_institution') }}

),

employer_map as (

    select * from {{ ref('int_employer_map') }}

),

observation as (

    select as_of from {{ ref('int_observation') }}

),

-- years with at least one report
reported_year as (

    select distinct
        cooperation_year.year,
        make_date(cooperation_year.year, 1, 1) as begins_on,
        least(make_date(cooperation_year.year, 12, 31), observation.as_of) as ends_on
    from cooperation_year
    cross join observation
    where cooperation_year.year <= year(observation.as_of)

),

-- the province of an institution: from its newest period that began by the end of the year
placed as (

    select
        reported_year.year,
        institution.institution_code,
        {{ province('institution.region_code') }} as region_code,
        row_number() over (
            partition by reported_year.year, institution.institution_code order by institution.valid_from desc
        ) as newest_first
    from reported_year
    inner join institution on reported_year.ends_on >= institution.valid_from

),

final as (

    select
        agreement.agreement_id,
        reported_year.year,
        placed.region_code,
        agreement.institution_code,
        agreement.program_code,
        agreement.enterprise_code,
        coalesce(employer_map.mapped_code, agreement.enterprise_code) as host_code,
        coalesce(cooperation_year.is_participating, false) as is_participating,
        cooperation_year.interns_hosted,
        cooperation_year.board_seats_enterprise,
        cooperation_year.board_seats_total
    from agreement
    inner join reported_year
        on
            agreement.starts_on <= reported_year.ends_on
            and coalesce(agreement.ends_on, reported_year.begins_on) >= reported_year.begins_on
    left join placed
        on
            agreement.institution_code = placed.institution_code
            and reported_year.year = placed.year
            and placed.newest_first = 1
    left join cooperation_year
        on
            agreement.agreement_id = cooperation_year.agreement_id
            and reported_year.year = cooperation_year.year
    left join employer_map on agreement.enterprise_code = employer_map.enterprise_code

)

select * from final
