{#- Which families of contributions are behind an indicator about persons, and behind a flag. -#}
with

family as (

    select
        listed.indicator,
        listed.unit_family
    from (
        values
        ('job_match', 'survey'),
        ('register_employment', 'insurance'),
        ('retention_12', 'retention'),
        ('salary_difference', 'starting_salary register'),
        ('salary_difference', 'starting_salary survey'),
        ('certificate_pass', 'certificate_during_studies'),
        ('promotion_36', 'promotion')
    ) as listed (indicator, unit_family)

),

-- the wave or horizon of retention and promotion is not that of their contributions
indicator as (

    select
        indicator.scope,
        indicator.indicator,
        family.unit_family,
        cast(case when family.unit_family in ('retention', 'promotion') then 0 else indicator.months end as int)
            as months,
        cast(case when family.unit_family in ('retention', 'promotion') then indicator.months end as int)
            as horizon_months,
        cast(indicator.years_before as int) as years_before
    from {{ ref('stg_policy_light_indicator') }} as indicator
    inner join family on indicator.indicator = family.indicator
    where indicator.scope in ('institution', 'program')

),

flag_family as (

    select
        listed.unit_family,
        case when listed.unit_family = 'survey' then policy.headline_wave_months else 0 end as months,
        case when listed.unit_family = 'retention' then 12 end as horizon_months
    from {{ ref('int_disclosure_policy') }} as policy
    cross join (
        values
        ('survey'), ('retention'), ('starting_salary register'), ('starting_salary survey'),
        ('starting_salary reported')
    ) as listed (unit_family)

),

series as (

    {{ integers(6) }}

),

-- a flag looks at the newest cohorts: from the one of the run's own year to the fourth before the year of the light
final as (

    select * from indicator
    union all
    select
        'program' as scope,
        'flag' as indicator,
        flag_family.unit_family,
        cast(flag_family.months as int) as months,
        cast(flag_family.horizon_months as int) as horizon_months,
        cast(series.number - 1 as int) as years_before
    from flag_family
    cross join series

)

select * from final
