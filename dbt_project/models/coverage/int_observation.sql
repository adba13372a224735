with

source_system as (

    select * from {{ ref('stg_source_system') }}

),

-- the slowest source in service decides: months that it has not yet delivered must not look like separations
final as (

    select
        max(observed_through) as t_obs,
        max({{ month_number('observed_through') }}) as t_obs_month
    from source_system

)

select * from final
