with

employment_month as (

    select * from {{ ref('int_employment_month') }}

),

-- counting is cheap, sorting is not: a stay without holes is a spell already
final as (

    select
        graduate_id,
        enterprise_code,
        cast(min(case when not is_before_graduation then insured_month end) as int) as first_month,
        cast(max(case when not is_before_graduation then insured_month end) as int) as last_month,
        count(case when not is_before_graduation then 1 end) as n_months,
        cast(max(case when is_before_graduation then insured_month end) as int) as last_month_before
    from employment_month
    group by graduate_id, enterprise_code

)

select * from final
