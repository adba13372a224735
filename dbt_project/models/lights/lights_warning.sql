{{ config(alias='warning') }}
with

cause as (

    select * from {{ ref('basis_light_cause') }}

),

final as (

    select
        light.scope,
        light.area_code,
        light.institution_code,
        light.program_code,
        light.year,
        cause.cause,
        cause.response,
        cause.detail,
        case when cause.response = 'rectification' then make_date(light.year + 1, 12, 31) end as rectify_by,
        before.unit_id is null as is_new
    from cause
    inner join {{ ref('basis_light_index') }} as light
        on cause.unit_id = light.unit_id and cause.year = light.year
    left join cause as before
        on
            cause.unit_id = before.unit_id
            and cause.cause = before.cause
            and cause.year = before.year + 1

)

select * from final
