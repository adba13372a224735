with

employment_month as (

    select * from {{ ref('int_employment_month') }}

),

policy as (

    select spell_gap_months + 1 as bridged_step from {{ ref('int_policy') }}

),

-- counting is cheap, sorting is not: only pairs with holes (or months counted twice after a merger) are sorted
pair as (

    select
        graduate_id,
        enterprise_code,
        min(case when not is_before_graduation then insured_month end) as first_month,
        max(insured_month) as last_month,
        count(case when not is_before_graduation then 1 end) as n_months,
        max(case when is_before_graduation then insured_month end) as last_month_before
    from employment_month
    group by graduate_id, enterprise_code

),

pair_with_hole as (

    select
        graduate_id,
        enterprise_code
    from pair
    where n_months <> last_month - first_month + 1

),

month_of_pair as (

    select distinct
        employment_month.graduate_id,
        employment_month.enterprise_code,
        employment_month.insured_month
    from employment_month
    inner join pair_with_hole
        on
            employment_month.graduate_id = pair_with_hole.graduate_id
            and employment_month.enterprise_code = pair_with_hole.enterprise_code
    where not employment_month.is_before_graduation

),

month_before as (

    select
        *,
        lag(insured_month) over (
            partition by graduate_id, enterprise_code order by insured_month
        ) as previous_month
    from month_of_pair

),

island as (

    select
        month_before.*,
        sum(case when month_before.insured_month - month_before.previous_month > policy.bridged_step then 1 else 0 end)
            over (
                partition by month_before.graduate_id, month_before.enterprise_code
                order by month_before.insured_month
                rows between unbounded preceding and current row
            ) as island_number
    from month_before
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
    from pair
    where n_months = last_month - first_month + 1

),

final as (

    select
        spell.graduate_id,
        spell.enterprise_code,
        spell.start_month,
        spell.end_month,
        coalesce(spell.start_month - pair.last_month_before <= policy.bridged_step, false) as is_begun_before_graduation
    from spell
    inner join pair
        on
            spell.graduate_id = pair.graduate_id
            and spell.enterprise_code = pair.enterprise_code
    cross join policy

)

select * from final
