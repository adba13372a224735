with

policy as (

    select * from {{ ref('int_policy') }}

),

-- a retired source and its successor count as one source
counted as (

    select
        source_system.counted_as,
        delivered_month.insured_month,
        count(*) as n
    from {{ ref('stg_delivered_month') }} as delivered_month
    inner join {{ ref('stg_source_system') }} as source_system
        on
            delivered_month.source_id = source_system.source_id
            and source_system.record_type = 'employment_month'
    group by source_system.counted_as, delivered_month.insured_month

),

-- consecutive months with rows have the same value of month number minus rank
run as (

    select
        counted_as,
        min(insured_month) as first_month,
        max(insured_month) as last_month
    from (
        select
            counted_as,
            insured_month,
            insured_month - row_number() over (partition by counted_as order by insured_month) as run_number
        from counted
    ) as numbered
    group by counted_as, run_number

),

span as (

    select
        run.counted_as,
        coalesce(
            min(
                case when run.last_month - run.first_month + 1 >= policy.source_begin_months then run.first_month end
            ),
            min(run.first_month)
        ) as begin_month,
        max(run.last_month) as newest_month
    from run
    cross join policy
    group by run.counted_as

),

series as (

    {{ integers(720) }}

),

source_month as (

    select
        span.counted_as,
        span.begin_month,
        span.newest_month,
        span.begin_month + series.number as month_number,
        coalesce(counted.n, 0) as n
    from span
    inner join series on span.begin_month + series.number <= span.newest_month
    left join counted
        on
            span.counted_as = counted.counted_as
            and span.begin_month + series.number = counted.insured_month

),

-- the usual number of rows: the smaller of the maxima before and after. A side without rows has no maximum, so a back
-- payment into a long hole is compared with the months on the other side
compared as (

    select
        source_month.counted_as,
        source_month.month_number,
        max(case when near.month_number < source_month.month_number and near.n > 0 then near.n end)
            as largest_before,
        max(case when near.month_number > source_month.month_number and near.n > 0 then near.n end)
            as largest_after,
        count(*) as n_near
    from source_month
    cross join policy
    inner join source_month as near
        on
            source_month.counted_as = near.counted_as
            and abs(source_month.month_number - near.month_number) <= policy.open_month_window
    group by source_month.counted_as, source_month.month_number

),

judged as (

    select
        source_month.*,
        case
            when
                source_month.n = 0
                or source_month.n < round(policy.open_month_share * compared.largest_before, 6)
                then 1
            else 0
        end as is_below_before,
        coalesce(
            source_month.n = 0
            or (compared.n_near > 1 and coalesce(compared.largest_before, compared.largest_after) is null)
            or source_month.n < round(
                policy.open_month_share * least(
                    coalesce(compared.largest_before, compared.largest_after),
                    coalesce(compared.largest_after, compared.largest_before)
                ), 6
            ), false
        ) as is_open
    from source_month
    cross join policy
    inner join compared
        on
            source_month.counted_as = compared.counted_as
            and source_month.month_number = compared.month_number

),

-- open months at the end are no usual number either: each of the last months is compared with those before it only
final as (

    select
        counted_as,
        begin_month,
        newest_month,
        month_number,
        n,
        is_open
        or min(is_below_before) over (
            partition by counted_as order by month_number rows between current row and unbounded following
        ) = 1 as is_open
    from judged

)

select * from final
