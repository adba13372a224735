with

due_wave as (

    select * from {{ ref('int_due_wave') }}
    where activity = 'employed' and occupation_code is not null

),

rule as (

    select * from {{ ref('int_match_definition') }}
    where definition = 'realised'

),

cell as (

    select
        wave_months,
        institution_code,
        program_group_code,
        occupation_code,
        cast(count(*) as double) as n
    from due_wave
    group by wave_months, institution_code, program_group_code, occupation_code

),

-- people at other institutions: all people minus those of the institution
outside as (

    select
        wave_months,
        institution_code,
        program_group_code,
        occupation_code,
        sum(n) over (partition by wave_months, program_group_code, occupation_code) - n as n_group_occupation,
        sum(n) over (partition by wave_months, program_group_code)
        - sum(n) over (partition by wave_months, institution_code, program_group_code) as n_group,
        sum(n) over (partition by wave_months, occupation_code)
        - sum(n) over (partition by wave_months, institution_code, occupation_code) as n_occupation,
        sum(n) over (partition by wave_months) - sum(n) over (partition by wave_months, institution_code) as n_all
    from cell

),

-- a group with too few people at other institutions has no rows
share as (

    select
        outside.*,
        rule.version,
        rule.min_people,
        rule.location_quotient,
        rule.one_sided_normal_quantile,
        outside.n_group_occupation / outside.n_group as group_share,
        outside.n_occupation / outside.n_all as occupation_share
    from outside
    cross join rule
    where outside.n_group >= rule.min_people

),

final as (

    select
        wave_months,
        institution_code,
        program_group_code,
        occupation_code,
        version,
        cast(n_group_occupation as bigint) as n_people,
        group_share,
        occupation_share,
        -- the three rules of a typical destination; the last one guards against chance in small groups
        n_group_occupation >= min_people
        and n_group_occupation * n_all >= location_quotient * n_occupation * n_group
        and {{ wilson('group_share', 'n_group', 'one_sided_normal_quantile', '-') }}
        > occupation_share as is_typical
    from share

)

select * from final
