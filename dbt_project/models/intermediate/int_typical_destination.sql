with

due_wave as (

    select * from {{ ref('int_due_wave') }}
    where activity = 'employed' and occupation_code is not null

),

policy as (

    select * from {{ ref('int_policy') }}

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

-- people outside the scored institution: all less its own
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

-- a group with fewer people outside than an occupation needs has no typical destinations: it is left out
share as (

    select
        outside.*,
        outside.n_group_occupation / outside.n_group as group_share,
        outside.n_occupation / outside.n_all as occupation_share
    from outside
    cross join policy
    where outside.n_group >= policy.typical_min_people

),

final as (

    select
        share.wave_months,
        share.institution_code,
        share.program_group_code,
        share.occupation_code,
        cast(share.n_group_occupation as bigint) as n_people,
        share.group_share,
        share.occupation_share,
        -- the three rules; the last guards against chance in small groups
        share.n_group_occupation >= policy.typical_min_people
        and share.n_group_occupation * share.n_all
        >= policy.typical_location_quotient * share.n_occupation * share.n_group
        and {{ wilson('share.group_share', 'share.n_group', 'policy.one_sided_normal_quantile', '-') }}
        > share.occupation_share as is_typical
    from share
    cross join policy

)

select * from final
