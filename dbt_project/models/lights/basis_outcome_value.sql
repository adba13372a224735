{%- set marts = {
    'job_match': ('msr_job_match', 'wave_months', 'share', [
        "definition = 'normative'", "fit = 'core_or_related'", "weighting = 'weighted'"
    ]),
    'register_employment': ('msr_employment', 'wave_months', 'share', [
        "definition = 'register'", "weighting = 'unweighted'"
    ]),
    'retention_12': ('msr_retention', 'horizon_months', 'retention', []),
    'certificate_pass': ('msr_certificate', '0', 'share', ["phase = 'during_studies'", "measure = 'passed'"]),
    'promotion_36': ('msr_promotion', 'horizon_months', 'incidence', ["weighting = 'weighted'"]),
} -%}
with

found as (

    {% for indicator, (mart, months, value, conditions) in marts.items() %}
        select
            scope,
            area_code,
            institution_code,
            program_code,
            cohort_year,
            '{{ indicator }}' as indicator,
            {{ months }} as months,
            n,
            {{ value }} as value,
            ci_low,
            ci_high,
            status
        from {{ ref(mart) }}
        where
            scope in ('area', 'institution', 'program') and cohort_year is not null
            {% for condition in conditions %} and {{ condition }} {% endfor %}
        union all
    {% endfor %}
    select
        scope,
        area_code,
        institution_code,
        program_code,
        year as cohort_year,
        'employer_satisfaction' as indicator,
        0 as months,
        n,
        share as value,
        ci_low,
        ci_high,
        status
    from {{ ref('msr_employer_feedback') }}
    where scope in ('area', 'institution', 'program') and measure = 'satisfied'
    union all
    select
        scope,
        cast(null as string) as area_code,
        institution_code,
        program_code,
        cohort_year,
        'salary_difference' as indicator,
        0 as months,
        n,
        value,
        ci_low,
        ci_high,
        status
    from {{ ref('basis_salary_value') }}

),

-- retention of 0 or 1 has no interval of its own
final as (

    select
        found.scope,
        found.area_code,
        found.institution_code,
        found.program_code,
        found.cohort_year,
        found.indicator,
        found.months,
        found.n,
        found.value,
        case
            when found.indicator = 'retention_12' and found.ci_low is null and found.value is not null
                then {{ wilson('found.value', 'found.n', 'policy.normal_quantile', '-') }}
            else found.ci_low
        end as ci_low,
        case
            when found.indicator = 'retention_12' and found.ci_high is null and found.value is not null
                then {{ wilson('found.value', 'found.n', 'policy.normal_quantile', '+') }}
            else found.ci_high
        end as ci_high,
        found.status
    from found
    cross join {{ ref('int_policy') }} as policy

)

select * from final
