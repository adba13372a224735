with

policy as (

    select * from {{ ref('int_signal_policy') }}

),

enterprise as (

    select
        enterprise_code,
        year,
        size_class,
        status
    from {{ ref('stg_enterprise') }}

),

answer as (

    select
        due_wave.graduate_id,
        due_wave.institution_code,
        due_wave.program_code,
        due_wave.cohort_year,
        due_wave.activity,
        due_wave.enterprise_code,
        due_wave.monthly_income,
        year(due_wave.responded_on) as year
    from {{ ref('int_due_wave') }} as due_wave
    cross join policy
    where due_wave.is_answered and due_wave.wave_months = policy.signal_wave_months

),

code_year as (

    select distinct
        enterprise_code,
        year
    from answer
    where activity = 'employed' and enterprise_code is not null

),

-- the newest row up to the year of the answer, else the oldest
ranked as (

    select
        code_year.enterprise_code,
        code_year.year,
        enterprise.size_class,
        enterprise.status = 'deregistered' and enterprise.year <= code_year.year as is_deregistered,
        row_number() over (
            partition by code_year.enterprise_code, code_year.year
            order by
                case when enterprise.year <= code_year.year then 0 else 1 end asc,
                abs(code_year.year - enterprise.year) asc
        ) as best_first
    from code_year
    inner join enterprise on code_year.enterprise_code = enterprise.enterprise_code

),

final as (

    select
        answer.graduate_id,
        answer.institution_code,
        answer.program_code,
        answer.cohort_year,
        answer.activity,
        answer.monthly_income,
        case when answer.activity = 'employed' then answer.enterprise_code end as enterprise_code,
        ranked.enterprise_code is not null as is_known,
        coalesce(ranked.size_class = 'micro', false) as is_micro,
        coalesce(ranked.is_deregistered, false) as is_deregistered
    from answer
    left join ranked
        on
            answer.activity = 'employed'
            and answer.enterprise_code = ranked.enterprise_code
            and answer.year = ranked.year
            and ranked.best_first = 1

)

select * from final
