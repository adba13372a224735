with

source as (

    select * from {{ source('landing', 'site_evaluation') }}

),

final as (

    select
        institution_code,
        evaluated_on,
        evaluators,
        score
    from source

)

select * from final
