with

graduate as (

    select * from {{ ref('stg_graduate') }}

),

institution_on_day as (

    {{ institution_on_day('graduate', 'graduated_on') }}

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

program_cohort as (

    select distinct
        program_code,
        cohort_year
    from graduate

),

edition as (

    select
        program_cohort.program_code,
        program_cohort.cohort_year,
        coalesce(
            max(case when program.edition <= program_cohort.cohort_year then program.edition end),
            min(program.edition)
        ) as program_edition
    from program_cohort
    inner join program on program_cohort.program_code = program.program_code
    group by program_cohort.program_code, program_cohort.cohort_year

),

final as (

    select
        cast(row_number() over (
            order by graduate.person_key, graduate.institution_code, graduate.program_code
        ) as int) as graduate_id,
        graduate.*,
        substr(graduate.program_code, 1, 4) as program_group_code,
        {{ month_number('next_graduation.next_graduated_on') }} as next_graduation_month,
        institution_on_day.region_class,
        institution_on_day.province_code,
        edition.program_edition
    from graduate
    inner join next_graduation
        on
            graduate.person_key = next_graduation.person_key
            and graduate.graduated_on = next_graduation.graduated_on
    left join institution_on_day
        on
            graduate.institution_code = institution_on_day.institution_code
            and graduate.graduated_on = institution_on_day.on_day
    left join edition
        on
            graduate.program_code = edition.program_code
            and graduate.cohort_year = edition.cohort_year

)

select * from final
