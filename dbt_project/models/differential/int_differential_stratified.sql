with

cell as (

    select * from {{ ref('int_differential_cell') }}

),

stratum as (

    select * from {{ ref('int_differential_stratum') }}

),

deletion as (

    select * from {{ ref('int_differential_deletion') }}

),

estimate as (

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
        cell.analysis_key,
        cell.measure,
        sum(case when cell.is_cooperative then cell.n else 0 end) as n_cooperative,
        sum(case when cell.is_cooperative then 0 else cell.n end) as n_comparison,
        count(distinct case when cell.is_cooperative then cell.institution_code end) as n_institutions_cooperative,
        count(distinct case when not cell.is_cooperative then cell.institution_code end) as n_institutions_comparison,
        sum(case when cell.is_cooperative then cell.n_limits else 0 end) as n_limits_cooperative,
        sum(case when cell.is_cooperative then 0 else cell.n_limits end) as n_limits_comparison
    from cell
    inner join stratum
        on
            cell.analysis_key = stratum.analysis_key
            and cell.measure = stratum.measure
            and cell.stratum_key = stratum.stratum_key
    group by cell.analysis_key, cell.measure

),

-- √((G − 1)/G · Σ (δ₋ᵢ − mean δ₋)²), nothing when a deletion leaves no stratum
jackknife as (

    select
        analysis_key,
        measure,
        case when count(*) = count(delta) then (count(*) - 1.0) * var_pop(delta) end as jackknife_variance
    from deletion
    group by analysis_key, measure

),

final as (

    select
        side.*,
        estimate.log_difference,
        estimate.difference_cny,
        estimate.treated_variance,
        jackknife.jackknife_variance
    from side
    inner join estimate
        on
            side.analysis_key = estimate.analysis_key
            and side.measure = estimate.measure
    left join jackknife
        on
            side.analysis_key = jackknife.analysis_key
            and side.measure = jackknife.measure

)

select * from final
