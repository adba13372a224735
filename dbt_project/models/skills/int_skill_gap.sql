with

policy as (

    select * from {{ ref('int_policy') }}

),

unit as (

    select * from {{ ref('int_skill_unit') }}
    where status = 'ok'

),

taught as (

    select distinct
        institution_code,
        program_code,
        year,
        skill_id
    from {{ ref('int_skill_taught') }}
    where is_covered

),

final as (

    select
        unit.institution_code,
        unit.program_code,
        unit.year,
        demand.skill_id,
        skill.kind,
        demand.n_eff,
        demand.share,
        demand.ci_low,
        demand.ci_high,
        demand.priority,
        taught.skill_id is not null as covered
    from unit
    inner join {{ ref('int_skill_share') }} as demand
        on
            unit.program_code = demand.program_code
            and unit.year = demand.year
    cross join policy
    inner join {{ source('skills', 'skill') }} as skill on demand.skill_id = skill.skill_id
    left join taught
        on
            unit.institution_code = taught.institution_code
            and unit.program_code = taught.program_code
            and unit.year = taught.year
            and demand.skill_id = taught.skill_id
    where
        {{ is_at_least('demand.share', 'policy.skill_min_share') }}
        and {{ is_at_least('demand.ci_low', 'policy.skill_min_share_bound') }}

)

select * from final
