with

allocation as (

    select
        institution_code,
        year,
        cast(base_cny as double) as base_cny,
        factor
    from {{ ref('basis_allocation') }}

),

policy as (

    select
        1.0 - allocation_range as lowest,
        1.0 + allocation_range as highest
    from {{ ref('int_instrument_policy') }}

),

-- moved by a knot, one institution reaches a bound; between two knots the sum of amounts is a straight line
knot as (

    select
        allocation.year,
        policy.lowest - allocation.factor as shift
    from allocation
    cross join policy
    union
    select
        allocation.year,
        policy.highest - allocation.factor as shift
    from allocation
    cross join policy

),

moved as (

    select
        knot.year,
        knot.shift,
        sum(allocation.base_cny) as base_cny,
        sum(allocation.base_cny * {{ clamp('allocation.factor + knot.shift', 'policy.lowest', 'policy.highest') }})
            as amount_cny
    from knot
    cross join policy
    inner join allocation on knot.year = allocation.year
    group by knot.year, knot.shift

),

line as (

    select
        *,
        lead(shift) over (partition by year order by shift) as next_shift,
        lead(amount_cny) over (partition by year order by shift) as next_amount_cny
    from moved

),

ranked as (

    select
        *,
        row_number() over (partition by year order by shift desc) as last_first
    from line
    where amount_cny <= base_cny

),

final as (

    select
        year,
        case
            when base_cny = 0 then 0.0
            when next_amount_cny > amount_cny
                then shift + (base_cny - amount_cny) / (next_amount_cny - amount_cny) * (next_shift - shift)
            else shift
        end as shift
    from ranked
    where last_first = 1

)

select * from final
