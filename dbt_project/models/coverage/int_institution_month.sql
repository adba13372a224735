with

source as (

    select distinct
        counted_as,
        begin_month,
        newest_month
    from {{ ref('int_source_month') }}

),

held as (

    select
        institution_source.institution_code,
        institution_source.is_in_service,
        source.*
    from {{ ref('int_institution_source') }} as institution_source
    inner join source on institution_source.counted_as = source.counted_as

),

-- the latest beginning counts; a source that was retired without successor ends the observation of its people
span as (

    select
        held.institution_code,
        max(held.begin_month) as t_from_month,
        least(
            min(observation.t_obs_month), min(case when not held.is_in_service then held.newest_month end)
        ) as t_obs_month
    from held
    cross join {{ ref('int_observation') }} as observation
    group by held.institution_code

),

series as (

    {{ integers(720) }}

),

-- a year before the beginning is also listed, to measure gaps that reach back before it
institution_month as (

    select
        span.*,
        span.t_from_month - 13 + series.number as month_number
    from span
    inner join series on span.t_from_month - 13 + series.number <= span.t_obs_month

),

open_month as (

    select distinct
        held.institution_code,
        source_month.month_number
    from held
    inner join {{ ref('int_source_month') }} as source_month on held.counted_as = source_month.counted_as
    where source_month.is_open

),

marked as (

    select
        institution_month.*,
        open_month.month_number is not null as is_open,
        open_month.month_number is not null
        or institution_month.month_number < institution_month.t_from_month as is_unobserved
    from institution_month
    left join open_month
        on
            institution_month.institution_code = open_month.institution_code
            and institution_month.month_number = open_month.month_number

),

final as (

    select
        institution_code,
        t_from_month,
        t_obs_month,
        month_number,
        is_open,
        case
            when not is_unobserved
                then coalesce(max(case when is_unobserved then month_number end) over passed, t_from_month - 1) + 1
        end as observed_since_month,
        cast(sum(case when is_open then 0 else 1 end) over passed as int) as n_closed_months,
        coalesce(min(case when not is_open then month_number end) over coming, t_obs_month + 1)
        - month_number - 1 as n_open_after
    from marked
    window
        passed as (
            partition by institution_code order by month_number rows between unbounded preceding and current row
        ),
        coming as (
            partition by institution_code order by month_number rows between 1 following and unbounded following
        )

)

select * from final
