with

source as (

    select * from {{ source('landing', 'innovation_output') }}

),

final as (

    select
        output_id,
        person_key,
        kind,
        granted_on,
        n_contributors
    from source

)

select * from final
