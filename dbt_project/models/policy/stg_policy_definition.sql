with

source as (

    select * from {{ ref('policy_definition') }}

),

in_force as (

    select
        version,
        name,
        max(effective_from) as effective_from
    from source
    where effective_from <= {{ as_of() }}
    group by version, name

),

final as (

    select
        source.definition,
        source.version,
        source.name,
        cast(source.value as double) as value
    from source
    inner join in_force
        on
            source.version = in_force.version
            and source.name = in_force.name
            and source.effective_from = in_force.effective_from

)

select * from final
