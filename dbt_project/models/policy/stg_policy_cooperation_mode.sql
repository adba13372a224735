with

source as (

    select * from {{ ref('policy_cooperation_mode') }}

),

in_force as (

    select
        mode,
        max(effective_from) as effective_from
    from source
    where effective_from <= {{ as_of() }}
    group by mode

),

final as (

    select
        source.mode,
        source.is_cooperative
    from source
    inner join in_force
        on
            source.mode = in_force.mode
            and source.effective_from = in_force.effective_from

)

select * from final
