with

graduate as (

    select * from {{ ref('stg_graduate') }}

),

institution as (

    select * from {{ ref('stg_institution') }}

),

institution_day as (

    select distinct
        institution_code,
        graduated_on
    from graduate

),

candidate as (

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

final as (

    select
        institution_code,
        graduated_on,
        region_class,
        province_code
    from candidate
    where newest_first = 1

)

select * from final
