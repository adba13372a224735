{{ config(schema='indicators') }}
{%- set cells = {
    'response': ('msr_response', 'response_rate', 'true'),
    'placement': ('msr_employment', 'share', "definition = 'moe_2024'"),
    'register': ('msr_employment', 'share', "definition = 'register'"),
    'match': (
        'msr_job_match', 'share', "definition = 'normative' and fit = 'core_or_related' and weighting = 'unweighted'"
    ),
} -%}
with

policy as (

    select
        max(case when name = 'min_n_rate' then value end) as min_n_rate,
        max(case when name = 'headline_wave_months' then value end) as headline_wave_months
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_disclosure'

),

cell as (

    {% for indicator, (mart, share, condition) in cells.items() %}
        select
            '{{ indicator }}' as indicator,
            institution_code,
            cohort_year,
            wave_months,
            n,
            {{ share }} as share
        from {{ ref(mart) }}
        where scope = 'program' and cohort_year is not null and {{ share }} is not null and {{ condition }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

judged as (

    select
        cell.*,
        {{ may_be_summed('cell.n', 'policy.min_n_rate', 'cell.indicator, cell.institution_code, cell.cohort_year') }}
            as is_summed
    from cell
    cross join policy
    where cell.wave_months = policy.headline_wave_months

),

summed as (

    select
        indicator,
        institution_code,
        cohort_year,
        cast(sum(case when is_summed then 1 else 0 end) as bigint) as n_programs,
        cast(sum(case when is_summed then n else 0 end) as bigint) as n,
        sum(case when is_summed then n * share else 0.0 end) as n_hits
    from judged
    group by indicator, institution_code, cohort_year

),

shared as (

    select
        *,
        case when n > 0 then n_hits / n end as share
    from summed

),

final as (

    select
        shared.indicator,
        shared.institution_code,
        shared.cohort_year,
        shared.n_programs,
        shared.n,
        shared.n_hits,
        shared.share,
        case when shared.n > 0 then {{ wilson('shared.share', 'shared.n', 'policy.normal_quantile', '-') }} end
            as ci_low,
        case when shared.n > 0 then {{ wilson('shared.share', 'shared.n', 'policy.normal_quantile', '+') }} end
            as ci_high
    from shared
    cross join {{ ref('int_policy') }} as policy

)

select * from final
