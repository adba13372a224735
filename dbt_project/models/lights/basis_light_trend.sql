with

light as (

    select * from {{ ref('basis_light_index') }}
    where index is not null

),

policy as (

    select
        light_policy.*,
        int_policy.normal_quantile
    from {{ ref('int_light_policy') }} as light_policy
    cross join {{ ref('int_policy') }} as int_policy

),

-- successive years in which the same indicators have a share
joined as (

    select
        light.unit_id,
        light.year,
        before.year - light.year as years_after,
        before.index,
        (before.index_high - before.index_low) / (2.0 * policy.normal_quantile) as sigma,
        row_number() over (partition by light.unit_id, light.year order by before.year desc) as place
    from light
    cross join policy
    inner join light as before
        on
            light.unit_id = before.unit_id
            and light.indicators = before.indicators
            and light.year - policy.trend_years_max < before.year
            and light.year >= before.year

),

point as (

    select
        *,
        count(*) over (partition by unit_id, year) as n_years,
        years_after - avg(cast(years_after as double)) over (partition by unit_id, year) as centred
    from joined
    where place = 1 - years_after

),

slope as (

    select
        unit_id,
        year,
        max(n_years) as n_years,
        avg(index) as mean_index,
        sum(centred * index) / nullif(sum(centred * centred), 0.0) as slope,
        sqrt(sum(centred * centred * sigma * sigma)) / nullif(sum(centred * centred), 0.0) as slope_error,
        max(centred) as years_to_newest
    from point
    group by unit_id, year

),

final as (

    select
        slope.unit_id,
        slope.year,
        slope.n_years,
        slope.slope,
        slope.slope_error,
        slope.mean_index + slope.slope * slope.years_to_newest as fitted,
        case
            when {{ is_below('slope.slope + policy.normal_quantile * slope.slope_error', '0.0') }}
                then
                    (slope.mean_index + slope.slope * slope.years_to_newest - policy.yellow_from)
                    / nullif(-slope.slope, 0.0)
        end as years_to_red
    from slope
    cross join policy
    where slope.n_years >= policy.trend_years

)

select * from final
