{#-
    Fills a table one part after the other. This saves memory in models whose aggregates hold every value of every
    group at once: quantiles and weighted medians. Such a model is `materialized=in_parts()` and filters by a condition
    `true` that materializations/table_in_parts.sql replaces by each part in turn: `each_scope(column)` for a scope of
    roll-ups, `each_part(column)` for the remainder of a whole number.
-#}
{% macro each_scope(column) -%}
    {{ column }} is not null /* each scope */
{%- endmacro %}

{% macro each_part(column) -%}
    {{ column }} is not null /* each part */
{%- endmacro %}

{#- Spark builds the whole table in one statement: its aggregates can spill, and each statement costs seconds. -#}
{% macro in_parts() -%}
    {{ return('table' if target.type == 'spark' else 'table_in_parts') }}
{%- endmacro %}
