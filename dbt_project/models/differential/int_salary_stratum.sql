with

outcome as (

    select * from {{ ref('int_salary_outcome') }}

),

-- all that the estimate and its standard error need of the graduates
final as (

    select
        measure,
        program_code,
        cohort_year,
        region_class,
        sex,
        program_code || '|' || cast(cohort_year as string) || '|' || region_class || '|' || sex
            as stratum_key,
        institution_code,
        is_cooperative,
        count(*) as n,
        sum(log_salary) as sum_log,
        coalesce(var_samp(log_salary), 0.0) as variance_log,
        sum(real_salary_month_cny) as sum_cny,
        cast(sum(n_limits) as bigint) as n_limits
    from outcome
    where region_class is not null
    group by measure, program_code, cohort_year, region_class, sex, institution_code, is_cooperative

)

select * from final
