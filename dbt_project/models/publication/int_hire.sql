{#- Employers are published in fixed blocks of three cohorts: no other count of an employer's hires leaves. -#}
with

policy as (

    select
        block_finished_months,
        {{ month_number(as_of()) }} as as_of_month
    from {{ ref('int_disclosure_policy') }}

),

cohort as (

    select
        cohort_year,
        cast(floor(cohort_year / 3.0) as int) as block,
        max(cohort_year) over () as newest_cohort,
        {{ month_number('graduated_on') }} as graduation_month
    from {{ ref('int_program_cohort') }}

),

-- a block is finished once first jobs of its newest cohort have begun and have been seen
finished as (

    select cohort.block
    from cohort
    cross join policy
    group by cohort.block
    having
        max(cohort.graduation_month) + max(policy.block_finished_months) <= max(policy.as_of_month)
        and 3 * cohort.block + 2 <= max(cohort.newest_cohort)

),

final as (

    select
        first_spell.graduate_id,
        first_spell.institution_code,
        first_spell.program_code,
        first_spell.enterprise_code,
        cast(3 * finished.block as int) as cohort_from,
        cast(3 * finished.block + 2 as int) as cohort_to,
        cast(first_spell.duration_months as int) as months,
        first_spell.is_event,
        first_spell.seen_until_month - first_spell.start_month + 1 as follow_up_months,
        first_spell.is_after_open_month,
        first_spell.n_open_after,
        graduation_number.publication_number,
        graduation_number.followed_number
    from {{ ref('int_first_spell') }} as first_spell
    inner join finished on cast(floor(first_spell.cohort_year / 3.0) as int) = finished.block
    inner join {{ ref('int_graduation_number') }} as graduation_number
        on first_spell.graduate_id = graduation_number.graduate_id
    where
        first_spell.duration_months is not null
        and first_spell.enterprise_code is not null

)

select * from final
