with

source_month as (

    select * from {{ ref('int_source_month') }}

),

policy as (

    select spell_gap_months + 1 as months_unseen from {{ ref('int_policy') }}

),

-- consecutive open months have the same value of month number minus rank
open_run as (

    select
        counted_as,
        min(month_number) as first_month,
        max(month_number) as last_month
    from (
        select
            counted_as,
            month_number,
            month_number - row_number() over (partition by counted_as order by month_number) as run_number
        from source_month
        where is_open
    ) as numbered
    group by counted_as, run_number

),

gap as (

    select
        counted_as,
        'begins' as kind,
        min(begin_month) as first_month,
        min(begin_month) as last_month
    from source_month
    group by counted_as
    union all
    select
        counted_as,
        'open_months' as kind,
        first_month,
        last_month
    from open_run

),

-- the month spell_gap_months + 1 before graduation shows whether a job is a first job or began before graduation
graduation as (

    select
        institution_source.counted_as,
        graduate.institution_code,
        graduate.cohort_year,
        graduate.graduation_month - policy.months_unseen as needed_month,
        count(*) as n
    from {{ ref('int_graduate') }} as graduate
    cross join policy
    inner join {{ ref('int_institution_source') }} as institution_source
        on graduate.institution_code = institution_source.institution_code
    group by
        institution_source.counted_as,
        graduate.institution_code,
        graduate.cohort_year,
        graduate.graduation_month - policy.months_unseen

),

final as (

    select
        gap.counted_as as source_id,
        gap.kind,
        {{ month_date('gap.first_month') }} as first_month,
        {{ month_date('gap.last_month') }} as last_month,
        cast(gap.last_month - gap.first_month + 1 as int) as n_months,
        count(distinct graduation.institution_code) as n_institutions,
        cast(coalesce(sum(graduation.n), 0) as bigint) as n_graduates,
        min(graduation.cohort_year) as cohort_from,
        max(graduation.cohort_year) as cohort_to
    from gap
    left join graduation
        on
            gap.counted_as = graduation.counted_as
            and gap.last_month >= graduation.needed_month + case when gap.kind = 'begins' then 1 else 0 end
            and (gap.kind = 'begins' or gap.first_month <= graduation.needed_month)
    group by gap.counted_as, gap.kind, gap.first_month, gap.last_month

)

select * from final
