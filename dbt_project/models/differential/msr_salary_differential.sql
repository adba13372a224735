with

analysis as (

    select * from {{ ref('int_differential_analysis') }}

),

estimate as (

    select * from {{ ref('int_differential_estimate') }}

),

policy as (

    select * from {{ ref('int_policy') }}

),

-- every analysis has a row of each method, even without a usable stratum
judged as (

    select
        analysis.*,
        method.method,
        coalesce(estimate.n_cooperative, 0) as n_cooperative,
        coalesce(estimate.n_comparison, 0) as n_comparison,
        coalesce(estimate.n_institutions_cooperative, 0) as n_institutions_cooperative,
        coalesce(estimate.n_institutions_comparison, 0) as n_institutions_comparison,
        estimate.log_difference,
        estimate.difference_cny,
        sqrt(estimate.variance) as se,
        case
            when analysis.is_single_treated then estimate.n_institutions_comparison
            else least(estimate.n_institutions_cooperative, estimate.n_institutions_comparison)
        end as n_institutions_least,
        estimate.n_limits_cooperative <= policy.limit_share_max * estimate.n_cooperative
        and estimate.n_limits_comparison <= policy.limit_share_max * estimate.n_comparison as is_within_limits
    from analysis
    cross join (values ('raw'), ('stratified')) as method (method)
    cross join policy
    left join estimate
        on
            analysis.analysis_key = estimate.analysis_key
            and analysis.measure = estimate.measure
            and method.method = estimate.method

),

comparable as (

    select
        judged.*,
        {{ student_t('student_t.quantile_975', '(judged.n_institutions_least - 1)', 'policy.normal_quantile') }}
            as t_quantile
    from judged
    cross join policy
    left join {{ ref('student_t') }} as student_t on student_t.df = judged.n_institutions_least - 1
    where
        judged.is_within_limits
        and judged.n_institutions_least >= policy.differential_min_institutions

),

final as (

    select
        judged.measure,
        judged.scope,
        judged.institution_code,
        judged.program_code,
        judged.mode,
        judged.cohort_year,
        judged.method,
        comparable.difference_cny,
        cast(judged.n_cooperative as bigint) as n_cooperative,
        cast(judged.n_comparison as bigint) as n_comparison,
        cast(judged.n_institutions_cooperative as bigint) as n_institutions_cooperative,
        cast(judged.n_institutions_comparison as bigint) as n_institutions_comparison,
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
