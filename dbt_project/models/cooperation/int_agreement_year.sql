with

agreement as (

    select * from {{ ref('stg_cooperation_agreement') }}

),

cooperation_year as (

    select * from {{ ref('stg_cooperation_year') }}

),

employer_map as (

    select * from {{ ref('int_employer_map') }}

),

-- years with at least one report
reported_year as (

    select distinct
        cooperation_year.year,
        make_date(cooperation_year.year, 1, 1) as begins_on,
        least(make_date(cooperation_year.year, 12, 31), {{ as_of() }}) as ends_on
    from cooperation_year
    where cooperation_year.year <= year({{ as_of() }})

),

in_force as (

    select
        agreement.*,
        reported_year.year
    from agreement
    inner join reported_year
        on
            agreement.starts_on <= reported_year.ends_on
            and coalesce(agreement.ends_on, reported_year.begins_on) >= reported_year.begins_on

),

institution_in_year as (

    {{ institution_in_year('in_force') }}

),

final as (

    select
        in_force.agreement_id,
        in_force.year,
        institution_in_year.area_code,
        in_force.institution_code,
        in_force.program_code,
        in_force.enterprise_code,
        coalesce(employer_map.mapped_code, in_force.enterprise_code) as host_code,
        coalesce(cooperation_year.is_participating, false) as is_participating,
        cooperation_year.interns_hosted,
        cooperation_year.board_seats_enterprise,
        cooperation_year.board_seats_total
    from in_force
    left join institution_in_year
        on
            in_force.institution_code = institution_in_year.institution_code
            and in_force.year = institution_in_year.on_year
    left join cooperation_year
        on
            in_force.agreement_id = cooperation_year.agreement_id
            and in_force.year = cooperation_year.year
    left join employer_map on in_force.enterprise_code = employer_map.enterprise_code

)

select * from final
