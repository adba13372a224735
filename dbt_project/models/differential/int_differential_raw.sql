{%- set median_cooperative -%}
    percentile_cont(0.5) within group (order by case when is_cooperative then real_salary_month_cny end)
{%- endset -%}
{%- set median_comparison -%}
    percentile_cont(0.5) within group (order by case when not is_cooperative then real_salary_month_cny end)
{%- endset -%}
with

outcome as (

    select * from {{ ref('int_salary_outcome') }}

),

treated as (

    select
        scope.analysis_key,
        outcome.*
    from {{ ref('int_differential_scope') }} as scope
    inner join outcome
        on
            scope.treated_institution_code = outcome.institution_code
            and scope.treated_program_code = outcome.program_code
            and scope.treated_cohort_year = outcome.cohort_year
    where outcome.is_cooperative

),

treated_program as (

    select distinct
        analysis_key,
        measure,
        program_code,
        study_level,
        cohort_year
    from treated

),

comparison as (

    select
        treated_program.analysis_key,
        outcome.*
    from treated_program
    inner join outcome
        on
            treated_program.measure = outcome.measure
            and treated_program.program_code = outcome.program_code
            and treated_program.study_level = outcome.study_level
            and treated_program.cohort_year = outcome.cohort_year
    where not outcome.is_cooperative

),

-- programs that both sides offer at one level in one year
side as (

    select treated.*
    from treated
    where
        exists (
            select 1 from comparison
            where
                treated.analysis_key = comparison.analysis_key
                and treated.measure = comparison.measure
                and treated.program_code = comparison.program_code
                and treated.study_level = comparison.study_level
                and treated.cohort_year = comparison.cohort_year
        )
    union all
    select * from comparison

),

final as (

    select
        analysis_key,
        measure,
        'raw' as method,
        sum(case when is_cooperative then 1 else 0 end) as n_cooperative,
        sum(case when is_cooperative then 0 else 1 end) as n_comparison,
        count(distinct case when is_cooperative then institution_code end) as n_institutions_cooperative,
        count(distinct case when not is_cooperative then institution_code end) as n_institutions_comparison,
        sum(case when is_cooperative then n_limits else 0 end) as n_limits_cooperative,
        sum(case when is_cooperative then 0 else n_limits end) as n_limits_comparison,
        ln({{ median_cooperative }} / {{ median_comparison }}) as log_difference,
        {{ median_cooperative }} - {{ median_comparison }} as difference_cny,
        cast(null as double) as treated_variance
    from side
    group by analysis_key, measure

)

select * from final
