with

source as (

    select * from {{ source('landing', 'curriculum_review') }}

),

final as (

    select
        institution_code,
        program_code,
        release_id,
        decision,
        decided_on,
        reason,
        change_effective_from
    from source

)

select * from final
