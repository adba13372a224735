with

cell as (

    select * from {{ ref('int_differential_cell') }}

),

stratum as (

    select
        analysis_key,
        measure,
        max(n_1) as n_1,
        max(sum_log_1) - max(n_1) * max(sum_log_0) / max(n_0) as weighted_log,
        max(sum_cny_1) - max(n_1) * max(sum_cny_0) / max(n_0) as weighted_cny,
        -- used only if one institution is treated: then it is the variance of the cooperative side
        max(n_1) * sum(case when is_cooperative then variance_log else 0 end) as weighted_variance
    from cell
    group by analysis_key, measure, stratum_key

),

difference as (

    select
        analysis_key,
        measure,
        sum(weighted_log) / sum(n_1) as log_difference,
        sum(weighted_cny) / sum(n_1) as difference_cny,
        sum(weighted_variance) / (sum(n_1) * sum(n_1)) as treated_variance
    from stratum
    group by analysis_key, measure

),

side as (

    select
        analysis_key,
        measure,
        'stratified' as method,
        sum(case when is_cooperative then n else 0 end) as n_cooperative,
        sum(case when is_cooperative then 0 else n end) as n_comparison,
        count(distinct case when is_cooperative then institution_code end) as n_institutions_cooperative,
        count(distinct case when not is_cooperative then institution_code end) as n_institutions_comparison,
        sum(case when is_cooperative then n_limits else 0 end) as n_limits_cooperative,
        sum(case when is_cooperative then 0 else n_limits end) as n_limits_comparison
    from cell
    group by analysis_key, measure

),

final as (

    select
        side.*,
        difference.log_difference,
        difference.difference_cny,
        difference.treated_variance
    from side
    inner join difference
        on
            side.analysis_key = difference.analysis_key
            and side.measure = difference.measure

)

select * from final
