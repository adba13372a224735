{%- set counts = ['n_cooperative', 'n_comparison', 'n_institutions_cooperative', 'n_institutions_comparison'] -%}
with

-- √((G − 1)/G · Σ (δ₋ᵢ − mean δ₋)²); null if leaving out an institution leaves no stratum
jackknife as (

    select
        analysis_key,
        measure,
        'stratified' as method,
        case when count(*) = count(delta) then (count(*) - 1.0) * var_pop(delta) end as variance
    from {{ ref('int_differential_deletion') }}
    group by analysis_key, measure

),

estimate as (

    select * from {{ ref('int_differential_raw') }}
    union all
    select * from {{ ref('int_differential_stratified') }}

),

-- every analysis has a row for each method, even without a usable stratum
judged as (

    select
        analysis.*,
        method.method,
        {% for count in counts -%}
            cast(coalesce(estimate.{{ count }}, 0) as bigint) as {{ count }},
        {% endfor -%}
        estimate.log_difference,
        estimate.difference_cny,
        sqrt(jackknife.variance + case when analysis.is_single_treated then estimate.treated_variance else 0.0 end)
            as se,
        least(
            case when not analysis.is_single_treated then estimate.n_institutions_cooperative end,
            estimate.n_institutions_comparison
        ) as n_institutions_least,
        estimate.n_limits_cooperative <= policy.limit_share_max * estimate.n_cooperative
        and estimate.n_limits_comparison <= policy.limit_share_max * estimate.n_comparison as is_within_limits
    from {{ ref('int_differential_analysis') }} as analysis
    cross join (values ('raw'), ('stratified')) as method (method)
    cross join {{ ref('int_policy') }} as policy
    left join estimate
        on
            analysis.analysis_key = estimate.analysis_key
            and analysis.measure = estimate.measure
            and method.method = estimate.method
    left join jackknife
        on
            analysis.analysis_key = jackknife.analysis_key
            and analysis.measure = jackknife.measure
            and method.method = jackknife.method

),

-- rows that are not comparable stay, with null values
comparable as (

    select
        judged.*,
        {{ student_t('student_t.quantile_975', '(judged.n_institutions_least - 1)', 'policy.normal_quantile') }}
            as t_quantile
    from judged
    cross join {{ ref('int_policy') }} as policy
    left join {{ ref('student_t') }} as student_t on student_t.df = judged.n_institutions_least - 1
    where judged.is_within_limits and judged.n_institutions_least >= policy.differential_min_institutions

),

final as (

    select
        {% for column in ['measure', 'scope', 'institution_code', 'program_code', 'mode', 'cohort_year', 'method'] -%}
            judged.{{ column }},
        {% endfor -%}
        comparable.difference_cny,
        {% for count in counts -%}
            judged.{{ count }},
        {% endfor -%}
        cast(judged.n_cooperative as double) / judged.n_treated as coverage,
        comparable.log_difference,
        comparable.se,
        exp(comparable.log_difference) - 1 as percent,
        comparable.log_difference - comparable.t_quantile * comparable.se as ci_low,
        comparable.log_difference + comparable.t_quantile * comparable.se as ci_high,
        case when comparable.analysis_key is null then 'not_comparable' else 'ok' end as status
    from judged
    left join comparable
        on
            judged.analysis_key = comparable.analysis_key
            and judged.measure = comparable.measure
            and judged.method = comparable.method

)

select * from final
