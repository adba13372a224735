with

employment_month as (

    select * from {{ ref('int_employment_month') }}

),

policy as (

    select spell_gap_months + 1 as bridged_step from {{ ref('int_policy') }}

),

-- sorting is expensive: counting months shows which stays have no gap and are already spells
stay as (

    select
        graduate_id,
        enterprise_code,
        cast(min(case when not is_before_graduation then insured_month end) as int) as first_month,
        cast(max(case when not is_before_graduation then insured_month end) as int) as last_month,
        count(case when not is_before_graduation then 1 end) as n_months,
        cast(max(case when is_before_graduation then insured_month end) as int) as last_month_before
    from employment_month
    group by graduate_id, enterprise_code

),

-- only stays with gaps, or with months counted twice after a merger, are sorted
stay_month as (

    select distinct
        employment_month.graduate_id,
        employment_month.enterprise_code,
        employment_month.insured_month
    from employment_month
    inner join stay
        on
            employment_month.graduate_id = stay.graduate_id
            and employment_month.enterprise_code = stay.enterprise_code
    where
        not employment_month.is_before_graduation
        and stay.n_months <> stay.last_month - stay.first_month + 1

),

step as (

    select
        *,
        insured_month - lag(insured_month) over (
            partition by graduate_id, enterprise_code order by insured_month
        ) as months_since
    from stay_month

),

island as (

    select
        step.*,
        sum(case when step.months_since > policy.bridged_step then 1 else 0 end) over (
            partition by step.graduate_id, step.enterprise_code
            order by step.insured_month
            rows between unbounded preceding and current row
        ) as island_number
    from step
    cross join policy

),

spell as (

    select
        graduate_id,
        enterprise_code,
        min(insured_month) as start_month,
        max(insured_month) as end_month
    from island
    group by graduate_id, enterprise_code, island_number
    union all
    select
        graduate_id,
        enterprise_code,
        first_month as start_month,
        last_month as end_month
    from stay
    where n_months = last_month - first_month + 1

),

final as (

    select
        spell.*,
        coalesce(spell.start_month - stay.last_month_before <= policy.bridged_step, false) as is_begun_before_graduation
    from spell
    inner join stay
        on
            spell.graduate_id = stay.graduate_id
            and spell.enterprise_code = stay.enterprise_code
    cross join policy

)

select * from final
