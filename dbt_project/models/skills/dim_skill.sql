with

source as (

    select * from {{ source('skills', 'skill') }}

),

final as (

    select
        skill_id,
        name_zh,
        name_en,
        kind
    from source

)

select * from final
