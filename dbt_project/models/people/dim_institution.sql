with

institution as (

    select * from {{ ref('stg_institution') }}

),

-- if several periods include a day, the newest applies (macros/institution_on_day.sql)
final as (

    select
        institution_code,
        valid_from,
        valid_to,
        institution_name,
        study_level,
        ownership,
        region_code,
        {{ province('region_code') }} as province_code,
        region_class
    from institution

)

select * from final
