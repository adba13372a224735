with

policy as (

    select
        1.0 - allocation_range as lowest,
        1.0 + allocation_range as highest
    from {{ ref('int_instrument_policy') }}

),

moved as (

    select
        allocation.institution_code,
        allocation.year,
        allocation.base_cny,
        {{ clamp('allocation.factor + allocation_shift.shift', 'policy.lowest', 'policy.highest') }} as moved_factor
    from {{ ref('basis_allocation') }} as allocation
    cross join policy
    inner join {{ ref('basis_allocation_shift') }} as allocation_shift on allocation.year = allocation_shift.year

),

-- an exact number of cents with twelve decimals
product as (

    select
        institution_code,
        year,
        cast(moved_factor as decimal(19, 12)) as neutral_factor,
        cast(base_cny * 100 as decimal(18, 0)) as base_cents,
        cast(
            cast(base_cny * 100 as decimal(18, 0)) * cast(moved_factor as decimal(19, 12)) as decimal(30, 12)
        ) as cents
    from moved

),

floored as (

    select
        *,
        cast(floor(cents) as decimal(18, 0)) as whole_cents
    from product

),

ranked as (

    select
        *,
        sum(base_cents) over (partition by year) - sum(whole_cents) over (partition by year) as lacking_cents,
        row_number() over (
            partition by year order by cents - whole_cents desc, institution_code asc
        ) as place
    from floored

),

final as (

    select
        institution_code,
        year,
        cast(neutral_factor as double) as neutral_factor,
        cast(
            cast(whole_cents + case when place <= lacking_cents then 1 else 0 end as decimal(18, 0))
            * cast(0.01 as decimal(3, 2)) as decimal(18, 2)
        ) as neutral_amount_cny
    from ranked

)

select * from final
