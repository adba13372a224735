with

indicator as (

    select * from {{ ref('stg_policy_light_indicator') }}

),

found as (

    select
        scope,
        area_code,
        institution_code,
        cast(null as string) as program_code,
        year,
        indicator,
        n,
        value,
        ci_low,
        ci_high,
        status
    from {{ ref('basis_cooperation_value') }}
    union all
    select
        scope,
        area_code,
        institution_code,
        program_code,
        year,
        indicator,
        n,
        value,
        ci_low,
        ci_high,
        status
    from {{ ref('basis_curriculum_value') }}
    union all
    select
        outcome.scope,
        outcome.area_code,
        outcome.institution_code,
        outcome.program_code,
        outcome.cohort_year + indicator.years_before as year,
        outcome.indicator,
        outcome.n,
        outcome.value,
        outcome.ci_low,
        outcome.ci_high,
        outcome.status
    from {{ ref('basis_outcome_value') }} as outcome
    inner join indicator
        on
            outcome.scope = indicator.scope
            and outcome.indicator = indicator.indicator
            and outcome.months = indicator.months

),

final as (

    select
        found.scope,
        case when found.scope = 'area' then found.area_code else institution_year.area_code end as area_code,
        found.institution_code,
        found.program_code,
        cast(found.year as int) as year,
        case when found.scope = 'area' then area_year.region_class else institution_year.region_class end
            as region_class,
        found.scope || ' ' || coalesce(found.institution_code, found.area_code) || ' '
        || coalesce(found.program_code, '') as unit_id,
        found.indicator,
        found.n,
        found.value,
        found.ci_low,
        found.ci_high,
        found.status
    from found
    inner join indicator on found.scope = indicator.scope and found.indicator = indicator.indicator
    left join {{ ref('basis_institution_year') }} as institution_year
        on found.institution_code = institution_year.institution_code and found.year = institution_year.year
    left join {{ ref('basis_area_year') }} as area_year
        on found.scope = 'area' and found.area_code = area_year.area_code and found.year = area_year.year
    where
        found.year < year({{ as_of() }})
        and (found.scope <> 'area' or found.area_code is not null)

)

select * from final
