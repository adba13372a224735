with

-- the sums over graduates that the estimate and its standard error need
counted as (

    select
        measure,
        institution_code,
        program_code,
        cohort_year,
        is_cooperative,
        program_code || '|' || cast(cohort_year as string) || '|' || region_class || '|' || sex as stratum_key,
        count(*) as n,
        sum(log_salary) as sum_log,
        coalesce(var_samp(log_salary), 0.0) as variance_log,
        sum(real_salary_month_cny) as sum_cny,
        cast(sum(n_limits) as bigint) as n_limits,
        {{ key_number('publication_number') }} as key_number
    from {{ ref('int_salary_outcome') }}
    where region_class is not null
    group by measure, institution_code, program_code, cohort_year, region_class, sex, is_cooperative

),

treated as (

    select
        scope.analysis_key,
        scope.is_single_treated,
        counted.*
    from {{ ref('int_differential_scope') }} as scope
    inner join counted
        on
            scope.treated_institution_code = counted.institution_code
            and scope.treated_program_code = counted.program_code
            and scope.treated_cohort_year = counted.cohort_year
    where counted.is_cooperative

),

treated_stratum as (

    select distinct
        analysis_key,
        is_single_treated,
        measure,
        stratum_key
    from treated

),

cell as (

    select * from treated
    union all
    select
        treated_stratum.analysis_key,
        treated_stratum.is_single_treated,
        counted.*
    from treated_stratum
    inner join counted
        on
            treated_stratum.measure = counted.measure
            and treated_stratum.stratum_key = counted.stratum_key
    where not counted.is_cooperative

),

-- suffix 1: the cooperative side; suffix 0: the comparison side
side as (

    select
        *,
        cast(sum(case when is_cooperative then n else 0 end) over stratum as double) as n_1,
        cast(sum(case when is_cooperative then 0 else n end) over stratum as double) as n_0,
        sum(case when is_cooperative then sum_log else 0 end) over stratum as sum_log_1,
        sum(case when is_cooperative then 0 else sum_log end) over stratum as sum_log_0,
        sum(case when is_cooperative then sum_cny else 0 end) over stratum as sum_cny_1,
        sum(case when is_cooperative then 0 else sum_cny end) over stratum as sum_cny_0
    from cell
    window stratum as (partition by analysis_key, measure, stratum_key)

),

final as (

    select side.*
    from side
    cross join {{ ref('int_policy') }} as policy
    where least(side.n_1, side.n_0) >= policy.stratum_min_graduates

)

select * from final
