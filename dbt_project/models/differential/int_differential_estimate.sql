with

analysis as (

    select * from {{ ref('int_differential_analysis') }}

),

raw_side as (

    select * from {{ ref('int_differential_raw') }}

),

stratified as (

    select * from {{ ref('int_differential_stratified') }}

),

raw_row as (

    select
        analysis_key,
        measure,
        'raw' as method,
        max(case when is_cooperative then n else 0 end) as n_cooperative,
        max(case when is_cooperative then 0 else n end) as n_comparison,
        max(case when is_cooperative then n_institutions else 0 end) as n_institutions_cooperative,
        max(case when is_cooperative then 0 else n_institutions end) as n_institutions_comparison,
        max(case when is_cooperative then n_limits else 0 end) as n_limits_cooperative,
        max(case when is_cooperative then 0 else n_limits end) as n_limits_comparison,
        ln(
            max(case when is_cooperative then median_cny end) / max(case when not is_cooperative then median_cny end)
        ) as log_difference,
        max(case when is_cooperative then median_cny end)
        - max(case when not is_cooperative then median_cny end) as difference_cny,
        cast(null as double) as variance
    from raw_side
    group by analysis_key, measure

),

stratified_row as (

    select
        stratified.analysis_key,
        stratified.measure,
        'stratified' as method,
        stratified.n_cooperative,
        stratified.n_comparison,
        stratified.n_institutions_cooperative,
        stratified.n_institutions_comparison,
        stratified.n_limits_cooperative,
        stratified.n_limits_comparison,
        stratified.log_difference,
        stratified.difference_cny,
        stratified.jackknife_variance
        + case when analysis.is_single_treated then stratified.treated_variance else 0.0 end as variance
    from stratified
    inner join analysis
        on
            stratified.analysis_key = analysis.analysis_key
            and stratified.measure = analysis.measure

),

final as (

    select * from raw_row
    union all
    select * from stratified_row

)

select * from final
