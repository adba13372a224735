{#- Entry scores have mean 0 and standard deviation 1. The outer bands of scores and ages are open-ended. -#}
{%- set score_limit, youngest, oldest = 2.5, 19, 27 -%}
with

policy as (

    select max(value) as score_band
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_estimate' and name = 'score_band'

),

graduate as (

    select
        outcome.*,
        graduate.program_group_code,
        {{ province('graduate.origin_region_code') }} = {{ province('graduate.province_code') }} as is_local,
        greatest({{ youngest }}, least({{ oldest }}, outcome.cohort_year - graduate.birth_year)) as age,
        -- infinite scores and NaN count as unknown
        case
            when abs(graduate.entry_score) < 1e300
                then greatest(-{{ score_limit }}, least(
                    {{ score_limit }}, round(graduate.entry_score / policy.score_band) * policy.score_band
                ))
        end as entry_score
    from {{ ref('int_salary_outcome') }} as outcome
    inner join {{ ref('int_graduate') }} as graduate on outcome.graduate_id = graduate.graduate_id
    cross join policy
    where outcome.region_class is not null

),

coded as (

    select
        *,
        cast(coalesce(is_local, false) as int) as is_local_code,
        coalesce(entry_score, 0.0) as entry_score_code,
        cast(entry_score is null as int) as is_score_unknown
    from graduate

),

final as (

    select
        measure,
        institution_code,
        program_code,
        cohort_year,
        is_cooperative,
        sex,
        region_class,
        program_group_code,
        is_local_code as is_local,
        age,
        entry_score_code as entry_score,
        is_score_unknown,
        cast(count(*) as double) as n,
        sum(log_salary) as sum_log,
        sum(real_salary_month_cny) as sum_cny,
        cast(sum(n_limits) as double) as n_limits
    from coded
    group by
        measure, institution_code, program_code, cohort_year, is_cooperative, sex, region_class,
        program_group_code, is_local_code, age, entry_score_code, is_score_unknown

)

select * from final
