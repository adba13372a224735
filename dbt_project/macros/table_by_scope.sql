{#-
    A table filled with one scope of roll-ups after the other, for models whose aggregates must hold each member of each
    roll-up in memory: quantiles and weighted medians. The model filters by `each_scope(column)`, which is true; the
    materialization replaces it by each scope in turn. The last part takes every scope that is not in the list.
-#}
{% macro each_scope(column) -%}
    {{ column }} is not null /* each scope */
{%- endmacro %}

{% macro scope_parts(sql) -%}
    {%- set scopes = [
        'program', 'institution', 'program_in_region', 'program_group', 'region_class', 'region', 'mode', 'enterprise'
    ] -%}
    {%- set parts = [] -%}
    {%- for scope in scopes -%}
        {%- do parts.append(sql | replace('is not null /* each scope */', "= '" ~ scope ~ "'")) -%}
    {%- endfor -%}
    {%- set others = "not in ('" ~ scopes | join("', '") ~ "')" -%}
    {%- do parts.append(sql | replace('is not null /* each scope */', others)) -%}
    {{ return(parts) }}
{%- endmacro %}

{% materialization table_by_scope, adapter='duckdb' -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {%- for part in scope_parts(compiled_code) %}
        {%- if loop.first %}
            {%- call statement('main') %}{{ create_table_as(False, target_relation, part) }}{% endcall %}
        {%- else %}
            {%- call statement('part') %}
                insert into {{ target_relation }} {{ get_column_names() }} ({{ get_select_subquery(part) }})
            {% endcall %}
        {%- endif %}
    {%- endfor %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization %}

{#- Spark's aggregates spill, and each statement costs it seconds: one statement builds the whole table. -#}
{% macro by_scope() -%}
    {{ return('table' if target.type == 'spark' else 'table_by_scope') }}
{%- endmacro %}
