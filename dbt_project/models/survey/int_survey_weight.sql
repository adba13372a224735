with

due_wave as (

    select * from {{ ref('int_due_wave') }}

),

policy as (

    select weight_min_respondents from {{ ref('int_policy') }}

),

program_sex as (

    select
        institution_code,
        program_code,
        program_group_code,
        cohort_year,
        sex,
        wave_months,
        cast(count(*) as double) as n_due,
        cast(sum(case when is_answered then 1 else 0 end) as double) as n_answers
    from due_wave
    group by institution_code, program_code, program_group_code, cohort_year, sex, wave_months

),

-- the four candidate weighting cells of each institution, program, cohort and sex, from the finest to the coarsest
candidate as (

    select
        *,
        sum(n_due) over (partition by wave_months, cohort_year, institution_code, program_code) as n_due_program,
        sum(n_answers) over (partition by wave_months, cohort_year, institution_code, program_code)
            as n_answers_program,
        sum(n_due) over (partition by wave_months, cohort_year, program_group_code, sex) as n_due_group,
        sum(n_answers) over (partition by wave_months, cohort_year, program_group_code, sex) as n_answers_group,
        sum(n_due) over (partition by wave_months, cohort_year, sex) as n_due_cohort,
        sum(n_answers) over (partition by wave_months, cohort_year, sex) as n_answers_cohort
    from program_sex

),

raw_weight as (

    select
        candidate.*,
        case
            when candidate.n_answers >= policy.weight_min_respondents
                then candidate.n_due / candidate.n_answers
            when candidate.n_answers_program >= policy.weight_min_respondents
                then candidate.n_due_program / candidate.n_answers_program
            when candidate.n_answers_group >= policy.weight_min_respondents
                then candidate.n_due_group / candidate.n_answers_group
            when candidate.n_answers_cohort > 0
                then candidate.n_due_cohort / candidate.n_answers_cohort
        end as raw_weight
    from candidate
    cross join policy

),

scale as (

    select
        wave_months,
        cohort_year,
        sum(n_due) / nullif(sum(n_answers * raw_weight), 0) as factor
    from raw_weight
    group by wave_months, cohort_year

),

final as (

    select
        raw_weight.institution_code,
        raw_weight.program_code,
        raw_weight.cohort_year,
        raw_weight.sex,
        raw_weight.wave_months,
        raw_weight.raw_weight * scale.factor as weight
    from raw_weight
    inner join scale
        on
            raw_weight.wave_months = scale.wave_months
            and raw_weight.cohort_year = scale.cohort_year
    where raw_weight.n_answers > 0

)

select * from final
