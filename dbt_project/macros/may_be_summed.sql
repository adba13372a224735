{#-
    Condition: a cell may enter the sum over its `whole` (what a window partitions by). Cells with fewer people than
    `least` stay out when together they have fewer than that: the sum less the published cells would otherwise be theirs.
-#}
{% macro may_be_summed(count, least, whole) -%}
    (
        {{ count }} >= {{ least }}
        or coalesce(sum(case when {{ count }} < {{ least }} then {{ count }} end) over (partition by {{ whole }}), 0)
        not between 1 and {{ least }} - 1
    )
{%- endmacro %}
