{#-
    Condition: a cell may enter the sum over its `whole` (columns of a window's partition). Small cells, with fewer than
    `least` people, stay out if together they have fewer than `least` people: subtracting the published cells from the
    sum would otherwise reveal the small cells.
-#}
{% macro may_be_summed(count, least, whole) -%}
    (
        {{ count }} >= {{ least }}
        or coalesce(sum(case when {{ count }} < {{ least }} then {{ count }} end) over (partition by {{ whole }}), 0)
        not between 1 and {{ least }} - 1
    )
{%- endmacro %}
