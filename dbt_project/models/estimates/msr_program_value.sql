{{ config(schema='indicators') }}
with

policy as (

    select
        max(case when name = 'headline_horizon_months' then value end) as horizon_months,
        max(case when name = 'headline_wave_months' then value end) as wave_months,
        max(case when name = 'limit_share_max' then value end) as limit_share_max
    from {{ ref('stg_policy_number') }}
    where seed in ('policy_disclosure', 'policy_indicator')

),

-- n_effective: as many people followed to the horizon would give the variance of the log-log interval; the interval's
-- lower end is S to the power of exp(z * sqrt(variance) / (S * |ln S|))
retention as (

    select
        retention.*,
        case
            when retention.ci_low > 0 and retention.ci_low < retention.retention
                then
                    (1 - retention.retention) / retention.retention / power(
                        ln(ln(retention.ci_low) / ln(retention.retention)) / int_policy.normal_quantile
                        * ln(retention.retention), 2
                    )
            else cast(greatest(retention.n_at_risk, retention.n_events) as double)
        end as n_effective
    from {{ ref('msr_retention') }} as retention
    inner join policy on retention.horizon_months = policy.horizon_months
    cross join {{ ref('int_policy') }} as int_policy
    where retention.scope = 'program' and retention.cohort_year is not null and retention.status = 'ok'

),

job_match as (

    select job_match.*
    from {{ ref('msr_job_match') }} as job_match
    inner join policy on job_match.wave_months = policy.wave_months
    where
        job_match.scope = 'program' and job_match.cohort_year is not null and job_match.status = 'ok'
        and job_match.definition = 'normative' and job_match.fit = 'core_or_related'
        and job_match.weighting = 'unweighted'

),

indicator_value as (

    {% for indicator, relation, value, n_effective, squares, n_limits in [
        ('retention', 'retention', 'retention', 'n_effective', '0.0', '0'),
        ('job_match', 'job_match', 'share', 'n', '0.0', '0'),
        ('starting_pay', ref('int_program_pay'), 'mean_log_salary', 'n', 'squares', 'n_limits'),
    ] %}
        select
            '{{ indicator }}' as indicator,
            institution_code,
            program_code,
            cohort_year,
            n,
            {{ value }} as value,
            cast({{ n_effective }} as double) as n_effective,
            cast({{ squares }} as double) as squares,
            cast({{ n_limits }} as bigint) as n_limits
        from {{ relation }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        indicator_value.indicator,
        indicator_value.institution_code,
        indicator_value.program_code,
        indicator_value.cohort_year,
        program_level.study_level,
        indicator_value.n,
        indicator_value.value,
        indicator_value.n_effective,
        indicator_value.squares,
        indicator_value.n_limits > policy.limit_share_max * indicator_value.n as is_limited
    from indicator_value
    cross join policy
    inner join {{ ref('int_program_level') }} as program_level
        on
            indicator_value.institution_code = program_level.institution_code
            and indicator_value.program_code = program_level.program_code
            and indicator_value.cohort_year = program_level.cohort_year
    where indicator_value.n_effective > 0

)

select * from final
