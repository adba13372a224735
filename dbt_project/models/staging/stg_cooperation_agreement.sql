with

source as (

    select * from {{ source('landing', 'cooperation_agreement') }}

),

final as (

    select
        agreement_id,
        institution_code,
        program_code,
        enterprise_code,
        mode,
        starts_on,
        ends_on,
        intern_places
    from source

)

select * from final
