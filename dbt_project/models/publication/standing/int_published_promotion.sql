{#- People who moved up, as a release of this run publishes them: units that stand keep their counts. -#}
with

standing as (

    select
        number.kind,
        number.months,
        unit.cell_id,
        max(number.release_number) as release_number,
        max(case when number.number_name = 'n' then number.number_value end) as n,
        max(case when number.number_name = 'k' then number.number_value end) as k,
        max(case when number.number_name = 'variance_growth' then number.number_value end) as variance_growth
    from {{ ref('int_standing_number') }} as number
    inner join {{ ref('int_publication_unit') }} as unit
        on
            number.unit_id = unit.unit_id
            and unit.scope = 'program'
            and unit.block_length = 1
    where number.unit_family = 'promotion'
    group by number.kind, number.months, unit.cell_id

),

shown as (

    select
        rounded.cell_id,
        rounded.horizon_months,
        cast(coalesce(number.n, rounded.n) as bigint) as n,
        cast(coalesce(number.k, rounded.k) as bigint) as k,
        coalesce(number.variance_growth, rounded.variance_growth) as variance_growth,
        number.cell_id is not null or rounded.is_observed as is_observed,
        number.release_number,
        cast(coalesce(size.n, rounded.n) as bigint) as size,
        size.release_number as size_release_number
    from {{ ref('int_rounded_promotion') }} as rounded
    left join standing as number
        on
            rounded.cell_id = number.cell_id
            and rounded.horizon_months = number.months
            and number.kind = 'number'
    left join standing as size
        on
            rounded.cell_id = size.cell_id
            and size.kind = 'size'

),

{{ never_turning_back('shown', 'cell_id') }}, -- noqa: LT02

final as (

    select
        shown.cell_id,
        shown.horizon_months,
        case when shown.is_observed then coalesce(earlier.n, shown.n) else shown.size end as n,
        coalesce(earlier.k, shown.k) as k,
        coalesce(earlier.variance_growth, shown.variance_growth) as variance_growth,
        shown.is_observed,
        shown.size,
        coalesce(
            case when shown.is_observed then shown.release_number else shown.size_release_number end,
            {{ next_release_number() }}
        ) as release_number,
        coalesce(shown.size_release_number, {{ next_release_number() }}) as size_release_number
    from shown
    left join earlier
        on
            shown.cell_id = earlier.cell_id
            and shown.horizon_months = earlier.at_horizon_months

)

select * from final
