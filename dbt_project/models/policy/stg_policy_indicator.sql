with

source as (

    select * from {{ ref('policy_indicator') }}

),

in_force as (

    select
        name,
        max(effective_from) as effective_from
    from source
    where effective_from <= {{ as_of() }}
    group by name

),

final as (

    select
        source.name,
        cast(source.value as double) as value,
        source.effective_from
    from source
    inner join in_force
        on
            source.name = in_force.name
            and source.effective_from = in_force.effective_from

)

select * from final
