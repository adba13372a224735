with

due_wave as (

    select * from {{ ref('int_due_wave') }}

),

register_wave as (

    select * from {{ ref('int_register_wave') }}

),

survey_weight as (

    select * from {{ ref('int_survey_weight') }}

),

formula as (

    select * from {{ ref('stg_policy_employment_formula') }}
    where is_counted

),

policy as (

    select normal_quantile from {{ ref('int_policy') }}

),

person as (

    select
        due_wave.institution_code,
        due_wave.program_code,
        due_wave.cohort_year,
        due_wave.wave_months,
        formula.definition,
        formula.is_placed as is_hit,
        case when formula.is_weighted then survey_weight.weight end as weight
    from due_wave
    inner join formula on formula.activity = coalesce(due_wave.activity, 'unknown')
    left join survey_weight
        on
            due_wave.institution_code = survey_weight.institution_code
            and due_wave.program_code = survey_weight.program_code
            and due_wave.cohort_year = survey_weight.cohort_year
            and due_wave.sex = survey_weight.sex
            and due_wave.wave_months = survey_weight.wave_months
    union all
    select
        institution_code,
        program_code,
        cohort_year,
        wave_months,
        'register' as definition,
        is_insured as is_hit,
        cast(null as double) as weight
    from register_wave
    union all
    select
        institution_code,
        program_code,
        cohort_year,
        wave_months,
        'not_captured' as definition,
        is_not_captured as is_hit,
        cast(null as double) as weight
    from register_wave

),

counted as (

    {{ share_counts('person', ['institution_code', 'program_code', 'cohort_year', 'wave_months', 'definition']) }}

),

share_row as (

    {{ share_rows('counted', ['institution_code', 'program_code', 'cohort_year', 'wave_months', 'definition']) }}

),

final as (

    select
        share_row.institution_code,
        share_row.program_code,
        share_row.cohort_year,
        share_row.wave_months,
        share_row.definition,
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
