{%- set ends = may_have_ended('first_spell.duration_months', 'first_spell.n_open_after', 'series.number') -%}
with

first_spell as (

    select
        first_spell.duration_months,
        first_spell.n_open_after,
        first_spell.is_after_open_month,
        member.cell_id
    from {{ ref('int_first_spell') }} as first_spell
    inner join {{ ref('int_cell_member') }} as member on first_spell.graduate_id = member.graduate_id
    where
        first_spell.duration_months is not null
        and (first_spell.n_open_after > 0 or first_spell.is_after_open_month)

),

series as (

    {{ integers(120) }}

),

-- a job may have ended in any of the open months after it, or have begun in an open month before it
final as (

    select
        first_spell.cell_id,
        series.number as months,
        cast(sum(case when first_spell.is_after_open_month then 1 else 0 end) as bigint) as n_uncertain_start,
        cast(sum(
            case
                when {{ ends }} then 1
                else 0
            end
        ) as bigint) as n_uncertain_end
    from first_spell
    cross join series
    group by first_spell.cell_id, series.number
    having
        max(case when first_spell.is_after_open_month then 1 else 0 end) = 1
        or max(
            case
                when {{ ends }} then 1
                else 0
            end
        ) = 1

)

select * from final
