with

graduation as (

    select distinct
        cohort_year,
        graduated_on
    from {{ ref('int_graduate') }}
    where graduated_on <= {{ as_of() }}

),

policy as (

    select
        max(case when name = 'months_until_match_known' then cast(value as int) end) as match_months,
        max(case when name = 'months_until_pay_known' then cast(value as int) end) as pay_months,
        max(case when name = 'months_until_retention_known' then cast(value as int) end) as retention_months
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_flag'

),

first_cohort as (

    select min(cohort_year) as cohort_year from graduation

),

series as (

    {{ integers(120) }}

),

-- each year after the first cohort
judged_year as (

    select cast(year({{ as_of() }}) - series.number as int) as year
    from first_cohort
    inner join series on first_cohort.cohort_year < year({{ as_of() }}) - series.number

),

judged_day as (

    select
        year,
        {{ judged_day('year') }} as judged_on
    from judged_year

),

-- per year the cohorts of earlier years, each with its last graduation day
cohort as (

    select
        judged_day.year,
        judged_day.judged_on,
        graduation.cohort_year,
        max(graduation.graduated_on) as last_on
    from judged_day
    inner join graduation
        on
            judged_day.judged_on >= graduation.graduated_on
            and judged_day.year > graduation.cohort_year
    group by judged_day.year, judged_day.judged_on, graduation.cohort_year

),

complete as (

    select
        cohort.year,
        cohort.cohort_year,
        {{ add_months('cohort.last_on', 'policy.match_months') }} <= cohort.judged_on as is_match_complete,
        {{ add_months('cohort.last_on', 'policy.pay_months') }} <= cohort.judged_on as is_pay_complete,
        {{ add_months('cohort.last_on', 'policy.retention_months') }} <= cohort.judged_on as is_retention_complete
    from cohort
    cross join policy

),

final as (

    select
        year,
        max(case when is_match_complete then cohort_year end) as match_cohort,
        max(case when is_pay_complete then cohort_year end) as pay_cohort,
        max(case when is_retention_complete then cohort_year end) as retention_cohort
    from complete
    group by year
    having max(case when is_match_complete then cohort_year end) is not null

)

select * from final
