with

due_wave as (

    select * from {{ ref('int_due_wave') }}
    where activity = 'employed' and occupation_code is not null

),

occupation_level as (

    select * from {{ ref('int_occupation_level') }}

),

education_level as (

    select * from {{ ref('education_level') }}

),

fit as (

    select qualification.fit
    from (values ('over'), ('well'), ('under')) as qualification (fit)

),

final as (

    select
        due_wave.graduate_id,
        due_wave.wave_months,
        fit.fit,
        case
            when education_level.level_rank > occupation_level.required_rank then 'over'
            when education_level.level_rank = occupation_level.required_rank then 'well'
            else 'under'
        end = fit.fit as is_match
    from due_wave
    inner join education_level on due_wave.study_level = education_level.study_level
    inner join occupation_level
        on
            due_wave.cohort_year = occupation_level.cohort_year
            and due_wave.occupation_code = occupation_level.occupation_code
    cross join fit

)

select * from final
