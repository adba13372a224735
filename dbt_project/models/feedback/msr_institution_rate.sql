{{ config(schema='indicators') }}
{%- set cells = {
    'response': ('msr_response', 'response_rate', 'true'),
    'placement': ('msr_employment', 'share', "definition = 'moe_final'"),
    'register': ('msr_employment', 'share', "definition = 'register'"),
    'known': ('msr_employment', 'share', "definition = 'known_only' and weighting = 'weighted'"),
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
            program_code,
            cohort_year,
            wave_months,
            n,
            {{ share }} as share
        from {{ ref(mart) }}
        where scope = 'program' and cohort_year is not null and {{ share }} is not null and {{ condition }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- answers stand for all graduates of their program that are due; registrations belong to no wave
headline as (

    select
        cell.*,
        case when cell.indicator = 'known' then due.n else cell.n end as weight
    from cell
    cross join policy
    left join cell as due
        on
            due.indicator = 'response'
            and cell.institution_code = due.institution_code
            and cell.program_code = due.program_code
            and cell.cohort_year = due.cohort_year
            and cell.wave_months = due.wave_months
    where cell.wave_months = case when cell.indicator = 'placement' then 0 else policy.headline_wave_months end

),

judged as (

    select
        headline.*,
        {{ may_be_summed(
            'headline.n', 'policy.min_n_rate', 'headline.indicator, headline.institution_code, headline.cohort_year'
        ) }} as is_summed
    from headline
    cross join policy

),

summed as (

    select
        indicator,
        institution_code,
        cohort_year,
        cast(sum(case when is_summed then 1 else 0 end) as bigint) as n_programs,
        cast(sum(case when is_summed then n else 0 end) as bigint) as n,
        sum(case when is_summed then weight * share else 0.0 end) as weighted_hits,
        sum(case when is_summed then weight end) as sum_weight
    from judged
    group by indicator, institution_code, cohort_year

),

shared as (

    select
        *,
        case when n > 0 then weighted_hits / sum_weight end as share,
        case when n > 0 then n * weighted_hits / sum_weight else 0.0 end as n_hits
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
