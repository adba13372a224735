with

source as (

    select * from {{ ref('policy_employment_formula') }}

),

in_force as (

    select
        definition,
        max(effective_from) as effective_from
    from source
    where effective_from <= {{ as_of() }}
    group by definition

),

final as (

    select
        source.definition,
        source.activity,
        source.is_counted,
        source.is_placed,
        source.is_weighted
    from source
    inner join in_force
        on
            source.definition = in_force.definition
            and source.effective_from = in_force.effective_from

)

select * from final
