with

first_spell as (

    select * from {{ ref('int_first_spell') }}
    where is_event and duration_months is not null

),

answer as (

    select
        *,
        {{ month_number('responded_on') }} as responded_month
    from {{ ref('int_due_wave') }}
    where is_answered

),

-- the first answer after the month of leaving gives the reason; later answers may be about the next job
final as (

    select
        first_spell.graduate_id,
        first_spell.institution_code,
        first_spell.program_code,
        first_spell.cohort_year,
        cast(first_spell.duration_months as int) as months,
        coalesce(
            min_by(coalesce(answer.leaving_reason, 'unknown'), answer.wave_months), 'unknown'
        ) as reason
    from first_spell
    left join answer
        on
            first_spell.graduate_id = answer.graduate_id
            and first_spell.end_month < answer.responded_month
    group by
        first_spell.graduate_id,
        first_spell.institution_code,
        first_spell.program_code,
        first_spell.cohort_year,
        first_spell.duration_months

)

select * from final
