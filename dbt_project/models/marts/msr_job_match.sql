{% set keys = ['institution_code', 'program_code', 'cohort_year', 'wave_months', 'definition', 'fit'] %}
with

person as (

    select
        *,
        is_match as is_hit
    from {{ ref('int_job_match') }}

),

policy as (

    select normal_quantile from {{ ref('int_policy') }}

),

counted as (

    {{ share_counts('person', keys) }}

),

share_row as (

    {{ share_rows('counted', keys) }}

),

final as (

    select
        share_row.institution_code,
        share_row.program_code,
        share_row.cohort_year,
        share_row.wave_months,
        share_row.definition,
        share_row.fit,
        share_row.weighting,
        share_row.n,
        share_row.share,
        {{ wilson('share_row.share', 'share_row.effective_n', 'policy.normal_quantile', '-') }} as ci_low,
        {{ wilson('share_row.share', 'share_row.effective_n', 'policy.normal_quantile', '+') }} as ci_high,
        'ok' as status
    from share_row
    cross join policy

)

select * from final
