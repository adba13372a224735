{{ config(schema='indicators') }}
{#- Pay as a release of this run publishes it: units that stand keep the numbers of their release. -#}
{% set numbers = ['n', 'p25', 'p50', 'p75', 'adjusted', 'adjusted_low', 'adjusted_high', 'share_floor', 'share_cap'] -%}
with

rounded as (

    select
        {{ publication_unit_id('pay') }} as unit_id,
        concat(pay.table_name, ' ', pay.measure) as unit_family,
        pay.*
    from {{ ref('msr_rounded_pay') }} as pay

),

standing as (

    select
        unit_family,
        kind,
        months,
        unit_id,
        {% for number in numbers -%}
            max(case when number_name = '{{ number }}' then number_value end) as {{ number }},
        {% endfor -%}
        max(release_number) as release_number
    from {{ ref('int_standing_number') }}
    group by unit_family, kind, months, unit_id

),

final as (

    select
        rounded.unit_id,
        rounded.table_name,
        rounded.measure,
        rounded.months,
        rounded.scope,
        {{ published_codes('rounded.') }},
        rounded.cohort_from,
        rounded.cohort_to,
        case
            when number.unit_id is not null then cast(number.n as bigint)
            when rounded.status in ('ok', 'not_comparable') or size.unit_id is null then rounded.n
            else cast(size.n as bigint)
        end as n,
        {% for number in numbers[1:] -%}
            case when number.unit_id is null then rounded.{{ number }} else number.{{ number }} end as {{ number }},
        {% endfor -%}
        case
            when number.unit_id is null then rounded.status
            when number.p50 is null then 'not_comparable'
            else 'ok'
        end as status,
        coalesce(
            number.release_number,
            case when rounded.status not in ('ok', 'not_comparable') then size.release_number end,
            {{ next_release_number() }}
        ) as release_number,
        case when size.unit_id is null then rounded.n else cast(size.n as bigint) end as size,
        coalesce(size.release_number, {{ next_release_number() }}) as size_release_number
    from rounded
    left join standing as number
        on
            rounded.unit_family = number.unit_family
            and rounded.months = number.months
            and rounded.unit_id = number.unit_id
            and number.kind = 'number'
    left join standing as size
        on
            rounded.unit_family = size.unit_family
            and rounded.months = size.months
            and rounded.unit_id = size.unit_id
            and size.kind = 'size'

)

select * from final
