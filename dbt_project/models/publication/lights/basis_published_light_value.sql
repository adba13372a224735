{#- Indicators about persons as releases publish them. A block of cohorts is not the cohort that a light looks at. -#}
with

listed as (

    select
        listed.indicator,
        listed.table_name,
        listed.definition,
        listed.fit,
        listed.is_weighted
    from (
        values
        ('job_match', 'job_match', 'normative', 'core_or_related', true),
        ('register_employment', 'employment', 'register', '', false),
        ('retention_12', 'retention', '', '', false),
        ('certificate_pass', 'certificate', 'during_studies', 'passed', false),
        ('promotion_36', 'promotion', '', '', true)
    ) as listed (indicator, table_name, definition, fit, is_weighted)

),

final as (

    select
        published.scope,
        published.institution_code,
        published.program_code,
        cast(published.cohort_year + indicator.years_before as int) as year,
        listed.indicator,
        published.n,
        published.value,
        published.ci_low,
        published.ci_high,
        published.status
    from {{ ref('msr_published_value') }} as published
    inner join listed
        on
            published.table_name = listed.table_name
            and published.definition = listed.definition
            and published.fit = listed.fit
    inner join {{ ref('stg_policy_light_indicator') }} as indicator
        on
            published.scope = indicator.scope
            and listed.indicator = indicator.indicator
            and published.months = indicator.months
    where
        published.scope in ('institution', 'program')
        and published.cohort_from = published.cohort_to
        and published.weighting
        = case when listed.is_weighted and published.scope = 'institution' then 'weighted' else 'unweighted' end

)

select * from final
