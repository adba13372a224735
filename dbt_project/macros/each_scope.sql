{#-
    Fills a table one scope of roll-ups at a time. This saves memory in models whose aggregates hold every member of
    every roll-up at once: quantiles and weighted medians. Such a model is `materialized=by_scope()` and filters by
    `each_scope(column)`: a condition `true` that materializations/table_by_scope.sql replaces by each scope in turn.
-#}
{% macro each_scope(column) -%}
    {{ column }} is not null /* each scope */
{%- endmacro %}

{#- Spark builds the whole table in one statement: its aggregates can spill, and each statement costs seconds. -#}
{% macro by_scope() -%}
    {{ return('table' if target.type == 'spark' else 'table_by_scope') }}
{%- endmacro %}
