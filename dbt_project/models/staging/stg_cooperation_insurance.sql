with

source as (

    select * from {{ source('landing', 'cooperation_insurance') }}

),

final as (

    select
        policy_id,
        enterprise_code,
        institution_code,
        year,
        cast(premium as decimal(18, 2)) as premium,
        n_claims
    from source

)

select * from final
