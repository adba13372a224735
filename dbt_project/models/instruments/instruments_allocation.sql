{{ config(alias='allocation') }}
with

final as (

    select
        allocation.institution_code,
        allocation.area_code,
        allocation.region_class,
        allocation.year,
        allocation.base_cny,
        allocation.certificate_n,
        allocation.certificate_pass,
        allocation.certificate_benchmark,
        allocation.retention_n,
        allocation.retention,
        allocation.retention_benchmark,
        allocation.position,
        allocation.factor,
        {{ money_times('allocation.base_cny', 'allocation.factor') }} as amount_cny,
        neutral.neutral_factor,
        neutral.neutral_amount_cny,
        allocation.status
    from {{ ref('basis_allocation') }} as allocation
    inner join {{ ref('basis_allocation_neutral') }} as neutral
        on
            allocation.institution_code = neutral.institution_code
            and allocation.year = neutral.year

)

select * from final
