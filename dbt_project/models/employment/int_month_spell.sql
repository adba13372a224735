with

employment_month as (

    select * from {{ ref('int_employment_month') }}

),

graduate as (

    select * from {{ ref('int_graduate') }}

),

policy as (

    select spell_gap_months from {{ ref('int_policy') }}

),

-- gaps are measured in months that are not open: their number up to a month, and before it
closed_month as (

    select
        institution_code,
        month_number,
        n_closed_months as n_closed,
        n_closed_months - case when is_open then 0 else 1 end as n_closed_before
    from {{ ref('int_institution_month') }}

),

-- sorting is expensive: counting months shows which stays have no gap and are already spells; the count of a merged
-- employer says nothing, for a month may have two rows
stay as (

    select
        graduate_id,
        enterprise_code,
        cast(min(case when not is_before_graduation then insured_month end) as int) as first_month,
        cast(max(case when not is_before_graduation then insured_month end) as int) as last_month,
        count(case when not is_before_graduation then 1 end) as n_months,
        max(case when is_merged_employer then 1 else 0 end) as has_merged_employer,
        cast(max(case when is_before_graduation then insured_month end) as int) as last_month_before
    from employment_month
    group by graduate_id, enterprise_code

),

-- only stays with gaps, or with a merged employer, are sorted
stay_month as (

    select distinct
        employment_month.graduate_id,
        employment_month.enterprise_code,
        employment_month.insured_month,
        closed_month.n_closed,
        closed_month.n_closed_before
    from employment_month
    inner join stay
        on
            employment_month.graduate_id = stay.graduate_id
            and employment_month.enterprise_code = stay.enterprise_code
    inner join graduate on employment_month.graduate_id = graduate.graduate_id
    inner join closed_month
        on
            graduate.institution_code = closed_month.institution_code
            and employment_month.insured_month = closed_month.month_number
    where
        not employment_month.is_before_graduation
        and (stay.n_months <> stay.last_month - stay.first_month + 1 or stay.has_merged_employer = 1)

),

step as (

    select
        *,
        n_closed_before - lag(n_closed) over (
            partition by graduate_id, enterprise_code order by insured_month
        ) as hole_months
    from stay_month

),

island as (

    select
        step.*,
        sum(case when step.hole_months > policy.spell_gap_months then 1 else 0 end) over (
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
    where n_months = last_month - first_month + 1 and has_merged_employer = 0

),

final as (

    select
        spell.*,
        coalesce(begun.n_closed_before - earlier.n_closed <= policy.spell_gap_months, false)
            as is_begun_before_graduation
    from spell
    cross join policy
    inner join stay
        on
            spell.graduate_id = stay.graduate_id
            and spell.enterprise_code = stay.enterprise_code
    inner join graduate on spell.graduate_id = graduate.graduate_id
    left join closed_month as earlier
        on
            graduate.institution_code = earlier.institution_code
            and stay.last_month_before = earlier.month_number
    left join closed_month as begun
        on
            graduate.institution_code = begun.institution_code
            and spell.start_month = begun.month_number

)

select * from final
