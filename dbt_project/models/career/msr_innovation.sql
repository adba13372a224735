{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

innovation as (

    select * from {{ ref('int_innovation') }}

),

gamma_quantile as (

    select * from {{ ref('int_gamma_quantile') }}

),

-- Fay and Feuer: each bound is a quantile of the gamma distribution with the mean and variance of the weighted count
indicator as (

    select
        innovation.rollup_id,
        innovation.kind,
        innovation.n,
        innovation.graduate_years,
        innovation.n_outputs,
        innovation.weight as weighted_outputs,
        100.0 * innovation.weight / innovation.graduate_years as outputs_per_100_years,
        case
            when innovation.weight > 0
                then
                    100.0 * low.quantile * innovation.weight_squared / innovation.weight
                    / innovation.graduate_years
            else 0.0
        end as ci_low,
        100.0 * high.quantile * (innovation.weight_squared + 1.0) / (innovation.weight + 1.0)
        / innovation.graduate_years as ci_high,
        'ok' as status
    from innovation
    left join gamma_quantile as low
        on
            innovation.shape_low = low.shape
            and low.probability < 0.5
    left join gamma_quantile as high
        on
            innovation.shape_high = high.shape
            and high.probability > 0.5

),

final as (

    {{ with_rollup('indicator', [
        'kind', 'n', 'graduate_years', 'n_outputs', 'weighted_outputs', 'outputs_per_100_years', 'ci_low',
        'ci_high', 'status'
    ]) }}

)

select * from final
