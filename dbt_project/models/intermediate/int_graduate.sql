with

graduate as (

    select * from {{ ref('stg_graduate') }}

),

institution as (

    select * from {{ ref('stg_institution') }}

),

program as (

    select * from {{ ref('stg_program') }}

),

graduation as (

    select distinct
        person_key,
        graduated_on
    from graduate

),

next_graduation as (

    select
        person_key,
        graduated_on,
        lead(graduated_on) over (partition by person_key order by graduated_on) as next_graduated_on
    from graduation

),

institution_day as (

    select distinct
        institution_code,
        graduated_on
    from graduate

),

institution_then as (

    select
        institution_day.institution_code,
        institution_day.graduated_on,
        institution.region_class,
        {{ province('institution.region_code') }} as province_code,
        row_number() over (
            partition by institution_day.institution_code, institution_day.graduated_on
            order by institution.valid_from desc
        ) as newest_first
    from institution_day
    inner join institution
        on
            institution_day.institution_code = institution.institution_code
            and institution_day.graduated_on >= institution.valid_from
            and institution_day.graduated_on <= coalesce(institution.valid_to, institution_day.graduated_on)

),

edition as (

    select
        graduate.program_code,
        graduate.cohort_year,
        coalesce(
            max(case when program.edition <= graduate.cohort_year then program.edition end),
            min(program.edition)
        ) as program_edition
    from (select distinct program_code, cohort_year from graduate) as graduate
    inner join program on graduate.program_code = program.program_code
    group by graduate.program_code, graduate.cohort_year

),

final as (

    select
        cast(row_number() over (
            order by graduate.person_key, graduate.institution_code, graduate.program_code
        ) as int) as graduate_id,
        graduate.*,
        substr(graduate.program_code, 1, 4) as program_group_code,
        {{ month_number('next_graduation.next_graduated_on') }} as next_graduation_month,
        institution_then.region_class,
        institution_then.province_code,
        edition.program_edition
    from graduate
    inner join next_graduation
        on
            graduate.person_key = next_graduation.person_key
            and graduate.graduated_on = next_graduation.graduated_on
    left join institution_then
        on
            graduate.institution_code = institution_then.institution_code
            and graduate.graduated_on = institution_then.graduated_on
            and institution_then.newest_first = 1
    left join edition
        on
            graduate.program_code = edition.program_code
            and graduate.cohort_year = edition.cohort_year

)

select * from final
