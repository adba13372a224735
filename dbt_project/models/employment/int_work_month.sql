with

graduate as (

    select * from {{ ref('int_graduate') }}

),

horizon as (

    select cast(value as int) as horizon_months from {{ ref('stg_policy_indicator') }}
    where name = 'workplace_horizon_months'

),

-- the one place that says whether a month is observed for a graduation: owned by it, from t_from to t_obs and not open
observed_month as (

    select
        graduate.graduate_id,
        horizon.horizon_months,
        graduate.graduation_month + horizon.horizon_months as work_month
    from graduate
    cross join horizon
    inner join {{ ref('int_institution_month') }} as institution_month
        on
            graduate.institution_code = institution_month.institution_code
            and graduate.graduation_month + horizon.horizon_months = institution_month.month_number
            and institution_month.observed_since_month is not null
    where
        graduate.next_graduation_month is null
        or graduate.graduation_month + horizon.horizon_months < graduate.next_graduation_month

),

employed as (

    select
        observed_month.graduate_id,
        observed_month.horizon_months,
        observed_month.work_month,
        employment_month.enterprise_code,
        employment_month.contribution_base,
        employment_month.region_code
    from observed_month
    inner join {{ ref('int_employment_month') }} as employment_month
        on
            observed_month.graduate_id = employment_month.graduate_id
            and observed_month.work_month = employment_month.insured_month

),

ranked_row as (

    select
        *,
        sum(contribution_base) over (partition by graduate_id, horizon_months, enterprise_code) as employer_base,
        row_number() over (
            partition by graduate_id, horizon_months, enterprise_code
            order by contribution_base desc, region_code asc
        ) as largest_first
    from employed

),

ranked_employer as (

    select
        *,
        row_number() over (
            partition by graduate_id, horizon_months
            order by employer_base desc, enterprise_code asc
        ) as employer_rank
    from ranked_row
    where largest_first = 1

),

final as (

    select
        graduate_id,
        horizon_months,
        cast(floor(work_month / 12.0) as int) as work_year,
        enterprise_code,
        region_code
    from ranked_employer
    where employer_rank = 1

)

select * from final
