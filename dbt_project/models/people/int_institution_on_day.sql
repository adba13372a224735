with

graduate as (

    select * from {{ ref('stg_graduate') }}

),

course as (

    select * from {{ ref('int_course_in_force') }}

),

institution as (

    select * from {{ ref('stg_institution') }}

),

institution_day as (

    select
        institution_code,
        graduated_on as on_day
    from graduate
    union
    select
        institution_code,
        judged_on as on_day
    from course

),

candidate as (

    select
        institution_day.institution_code,
        institution_day.on_day,
        institution.region_class,
        {{ province('institution.region_code') }} as province_code,
        row_number() over (
            partition by institution_day.institution_code, institution_day.on_day
            order by institution.valid_from desc
        ) as newest_first
    from institution_day
    inner join institution
        on
            institution_day.institution_code = institution.institution_code
            and institution_day.on_day >= institution.valid_from
            and institution_day.on_day <= coalesce(institution.valid_to, institution_day.on_day)

),

final as (

    select
        institution_code,
        on_day,
        region_class,
        province_code
    from candidate
    where newest_first = 1

)

select * from final
