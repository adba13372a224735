with

source as (

    select * from {{ source('landing', 'institution') }}

),

final as (

    select
        institution_code,
        institution_name,
        study_level,
        region_code,
        region_class,
        ownership,
        valid_from,
        valid_to
    from source

)

select * from final
