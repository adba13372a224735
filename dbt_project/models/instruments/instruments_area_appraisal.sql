{{ config(alias='area_appraisal') }}
with

final as (

    select
        light.area_code,
        light.year,
        light.index,
        policy.appraisal_weight * light.index as points,
        case when light.is_consequential then policy.appraisal_cut else 0.0 end as subsidy_cut
    from {{ ref('lights_light') }} as light
    cross join {{ ref('int_instrument_policy') }} as policy
    where light.scope = 'area'

)

select * from final
