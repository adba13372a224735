with

innovation as (

    select * from {{ ref('int_innovation') }}

),

policy as (

    select normal_quantile from {{ ref('int_policy') }}

),

wanted as (

    select distinct
        shape_low as shape,
        cast(0.025 as double) as probability,
        cast(-1.0 as double) as side
    from innovation
    where shape_low is not null
    union all
    select distinct
        shape_high as shape,
        cast(0.975 as double) as probability,
        cast(1.0 as double) as side
    from innovation

),

-- first approximation by Wilson and Hilferty; above a shape of 1,000 no Newton step is needed
approximation as (

    select
        wanted.shape,
        wanted.probability,
        wanted.shape * power(
            1.0 - 1.0 / (9.0 * wanted.shape) + wanted.side * policy.normal_quantile / (3.0 * sqrt(wanted.shape)), 3
        ) as quantile
    from wanted
    cross join policy

),

series as (

    {{ integers(400) }}

),

term as (

    select
        shape.shape,
        series.number,
        {{ log_gamma('(shape.shape + series.number + 1.0)') }} as log_gamma
    from (select distinct shape from wanted) as shape
    cross join series
    where shape.shape <= 1000

),

step_0 as (

    select
        shape,
        probability,
        ln(quantile) as log_x
    from approximation
    where shape <= 1000

),

{{ quantile_steps(8) }}, -- noqa: LT02

final as (

    select
        shape,
        probability,
        exp(log_x) as quantile
    from step_8
    union all
    select
        shape,
        probability,
        quantile
    from approximation
    where shape > 1000

)

select * from final
