{#- Pay by category of workplaces, as a release of this run publishes it: categories that stand keep their numbers. -#}
{%- set numbers = ['p25', 'p50', 'p75', 'share_floor', 'share_cap'] -%}
with

standing as (

    select
        unit_id,
        months,
        kind,
        {% for number in ['n'] + numbers -%}
            max(case when number_name = '{{ number }}' then number_value end) as {{ number }},
        {% endfor -%}
        max(release_number) as release_number
    from {{ ref('int_standing_number') }}
    where unit_family = 'category_pay'
    group by unit_id, months, kind

),

-- rows of blocks that are not used any more do not stand
row_now as (

    select distinct row_id from {{ ref('int_part_row') }}
    where unit_family = 'category_pay'

),

key as (

    select
        unit_id,
        horizon_months
    from {{ ref('int_rounded_workplace_pay') }}
    union
    select
        part.unit_id,
        part.months as horizon_months
    from (
        select
            unit_id,
            months,
            {{ of_part_id('unit_id', 'part_name') }}
        from standing
    ) as part
    inner join row_now on {{ part_row_id('part') }} = row_now.row_id

),

merged as (

    select
        key.unit_id,
        key.horizon_months,
        case
            when number.unit_id is not null then cast(number.n as bigint)
            when rounded.status in ('ok', 'not_comparable') or size.unit_id is null then rounded.n
            else cast(size.n as bigint)
        end as n,
        {% for number in numbers -%}
            case when number.unit_id is null then rounded.{{ number }} else number.{{ number }} end as {{ number }},
        {% endfor -%}
        case
            when number.unit_id is null then coalesce(rounded.status, 'too_few')
            when number.p50 is null then 'not_comparable'
            else 'ok'
        end as status,
        coalesce(
            number.release_number,
            case when coalesce(rounded.status, '') not in ('ok', 'not_comparable') then size.release_number end,
            {{ next_release_number() }}
        ) as release_number,
        coalesce(cast(size.n as bigint), rounded.n) as size,
        coalesce(size.release_number, {{ next_release_number() }}) as size_release_number
    from key
    left join {{ ref('int_rounded_workplace_pay') }} as rounded
        on
            key.unit_id = rounded.unit_id
            and key.horizon_months = rounded.horizon_months
    left join standing as number
        on
            key.unit_id = number.unit_id
            and key.horizon_months = number.months
            and number.kind = 'number'
    left join standing as size
        on
            key.unit_id = size.unit_id
            and key.horizon_months = size.months
            and size.kind = 'size'

),

named as (

    select
        merged.*,
        {{ of_part_id('merged.unit_id', 'part_name') }}
    from merged

),

final as (

    select
        named.*,
        split_part(named.part_name, ' ', 1) as dimension,
        split_part(named.part_name, ' ', 2) as category
    from named

)

select * from final
