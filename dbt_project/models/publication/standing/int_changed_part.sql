{{ config(materialized='table' if target.name == 'cluster' else 'view') }}
{#- Changed contributions to parts of rows: to the part that a graduation was in, and to the one that it is in now. -#}
{%- set parts = {
    'hire': [("split_part({}, '|', 1)", "split_part({}, '|', 2)")],
    'category_pay': [
        ("concat('place ', split_part({}, '|', 1))", "split_part({}, '|', 5)"),
        ("concat('industry ', split_part({}, '|', 2))", "split_part({}, '|', 5)"),
        ("concat('size_class ', split_part({}, '|', 3))", "split_part({}, '|', 5)"),
        ("concat('ownership ', split_part({}, '|', 4))", "split_part({}, '|', 5)")
    ]
} -%}
with

{# a part that stays the same is one part with two values -#}
changed as (

    {% for family, listed in parts.items() -%}
        {%- set is_last_family = loop.last -%}
        {% for part, value in listed -%}
            select
                release_number,
                unit_family,
                months,
                cell_id,
                {% for side in ['before', 'now'] -%}
                    case when contribution_{{ side }} is not null then {{ part.format('contribution_' ~ side) }} end
                        as part_{{ side }},
                    case when contribution_{{ side }} is not null then {{ value.format('contribution_' ~ side) }} end
                        as value_{{ side }},
                {% endfor -%}
                member
            from {{ ref('int_changed_contribution') }}
            where unit_family = '{{ family }}'
            {{ 'union all' if not (loop.last and is_last_family) }}
        {% endfor %}
    {%- endfor %}

),

of_part as (

    select
        release_number,
        unit_family,
        months,
        cell_id,
        member,
        part_before as part,
        value_before as contribution_before,
        case when part_now = part_before then value_now end as contribution_now
    from changed
    where part_before is not null
    union all
    select
        release_number,
        unit_family,
        months,
        cell_id,
        member,
        part_now as part,
        cast(null as string) as contribution_before,
        value_now as contribution_now
    from changed
    where part_now is not null and coalesce(part_before, '') <> part_now

),

final as (

    select
        of_part.release_number,
        of_part.unit_family,
        of_part.months,
        concat(part_row.row_id, '|', of_part.part) as unit_id,
        of_part.member,
        of_part.contribution_before,
        of_part.contribution_now
    from of_part
    inner join {{ ref('int_part_row') }} as part_row
        on
            of_part.cell_id = part_row.cell_id
            and of_part.unit_family = part_row.unit_family

)

select * from final
