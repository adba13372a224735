with

cell as (

    select * from {{ ref('int_differential_cell') }}

),

policy as (

    select stratum_min_graduates from {{ ref('int_policy') }}

),

side as (

    select
        analysis_key,
        measure,
        stratum_key,
        sum(case when is_cooperative then n else 0 end) as n_1,
        sum(case when is_cooperative then 0 else n end) as n_0,
        sum(case when is_cooperative then sum_log else 0 end) as sum_log_1,
        sum(case when is_cooperative then 0 else sum_log end) as sum_log_0,
        sum(case when is_cooperative then sum_cny else 0 end) as sum_cny_1,
        sum(case when is_cooperative then 0 else sum_cny end) as sum_cny_0,
        -- used with one treated institution only, where it is the variance of the whole side
        sum(case when is_cooperative then variance_log else 0 end) as variance_log_1
    from cell
    group by analysis_key, measure, stratum_key

),

final as (

    select
        side.analysis_key,
        side.measure,
        side.stratum_key,
        cast(side.n_1 as double) as n_1,
        cast(side.n_0 as double) as n_0,
        side.sum_log_1,
        side.sum_log_0,
        side.sum_log_1 - side.n_1 * side.sum_log_0 / side.n_0 as weighted_log,
        side.sum_cny_1 - side.n_1 * side.sum_cny_0 / side.n_0 as weighted_cny,
        side.n_1 * side.variance_log_1 as weighted_variance
    from side
    cross join policy
    where
        side.n_1 >= policy.stratum_min_graduates
        and side.n_0 >= policy.stratum_min_graduates

)

select * from final
