{{ config(alias='light') }}
with

light as (

    select * from {{ ref('basis_light_index') }}
    where has_light

),

level_weight as (

    select
        scope,
        region_class,
        max(case when level = 'participation' then level_weight end) as weight_participation,
        max(case when level = 'process' then level_weight end) as weight_process,
        max(case when level = 'result' then level_weight end) as weight_result
    from {{ ref('basis_light_weight') }}
    group by scope, region_class

),

level_score as (

    select
        unit_id,
        year,
        max(case when level = 'participation' then level_score end) as participation,
        max(case when level = 'process' then level_score end) as process,
        max(case when level = 'result' then level_score end) as result
    from {{ ref('basis_light_level') }}
    group by unit_id, year

),

earlier as (

    select distinct
        light.unit_id,
        light.year
    from light
    cross join {{ ref('int_light_policy') }} as policy
    inner join light as before
        on
            light.unit_id = before.unit_id
            and light.year > before.year
            and light.year - policy.consequence_years <= before.year
    where before.is_counted

),

final as (

    select
        light.scope,
        light.area_code,
        light.institution_code,
        light.program_code,
        light.year,
        light.region_class,
        level_weight.weight_participation,
        level_weight.weight_process,
        level_weight.weight_result,
        level_score.participation,
        level_score.process,
        level_score.result,
        light.index,
        light.index_low,
        light.index_high,
        light.band,
        light.reaches,
        light.is_certain,
        light.red_lines,
        light.light,
        light.is_counted and earlier.unit_id is not null as is_consequential,
        version.policy_version
    from light
    inner join level_weight
        on light.scope = level_weight.scope and coalesce(light.region_class, 'any') = level_weight.region_class
    inner join level_score on light.unit_id = level_score.unit_id and light.year = level_score.year
    left join earlier on light.unit_id = earlier.unit_id and light.year = earlier.year
    cross join {{ ref('int_light_policy_version') }} as version

)

select * from final
