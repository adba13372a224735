{#-
    A table may be filled with one scope of roll-ups after the other, for models whose aggregates must hold each member of
    each roll-up in memory: quantiles and weighted medians. The model is `materialized=by_scope()` and filters by
    `each_scope(column)`, which is true; materializations/table_by_scope.sql puts each scope in its place.
-#}
{% macro each_scope(column) -%}
    {{ column }} is not null /* each scope */
{%- endmacro %}

{#- Spark's aggregates spill, and each statement costs it seconds: one statement builds the whole table. -#}
{% macro by_scope() -%}
    {{ return('table' if target.type == 'spark' else 'table_by_scope') }}
{%- endmacro %}
