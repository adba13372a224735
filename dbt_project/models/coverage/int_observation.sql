with

source_system as (

    select * from {{ ref('stg_source_system') }}

),

-- the slowest source in service decides: months that it has not yet delivered must not look like separations
final as (

    select
        {{ as_of() }} as as_of,
        min(newest_period) as t_obs,
        min({{ month_number('newest_period') }}) as t_obs_month
    from source_system
    where
        record_type = 'employment_month'
        and is_in_service

)

select * from final
