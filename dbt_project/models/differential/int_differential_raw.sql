{%- set median_cooperative -%}
    percentile_cont(0.5) within group (order by case when pair.is_cooperative then outcome.real_salary_month_cny end)
{%- endset -%}
{%- set median_comparison -%}
    percentile_cont(0.5) within group (order by case when not pair.is_cooperative then outcome.real_salary_month_cny end)
{%- endset -%}
{{ config(materialized=in_parts()) }}
with

pair as (

    select * from {{ ref('int_differential_pair') }}
    where {{ each_part('analysis_id') }}

),

counted as (

    select
        analysis_id,
        analysis_key,
        measure,
        sum(case when is_cooperative then n else 0 end) as n_cooperative,
        sum(case when is_cooperative then 0 else n end) as n_comparison,
        count(distinct case when is_cooperative then institution_code end) as n_institutions_cooperative,
        count(distinct case when not is_cooperative then institution_code end) as n_institutions_comparison,
        sum(case when is_cooperative then n_limits else 0 end) as n_limits_cooperative,
        sum(case when is_cooperative then 0 else n_limits end) as n_limits_comparison
    from pair
    group by analysis_id, analysis_key, measure

),

salary as (

    select
        pair.analysis_id,
        {{ median_cooperative }} as median_cooperative,
        {{ median_comparison }} as median_comparison
    from pair
    inner join {{ ref('int_salary_outcome') }} as outcome on pair.cell_id = outcome.cell_id
    group by pair.analysis_id

),

final as (

    select
        counted.analysis_key,
        counted.measure,
        'raw' as method,
        counted.n_cooperative,
        counted.n_comparison,
        counted.n_institutions_cooperative,
        counted.n_institutions_comparison,
        counted.n_limits_cooperative,
        counted.n_limits_comparison,
        ln(salary.median_cooperative / salary.median_comparison) as log_difference,
        salary.median_cooperative - salary.median_comparison as difference_cny,
        cast(null as double) as treated_variance
    from counted
    inner join salary on counted.analysis_id = salary.analysis_id

)

select * from final
