{#-
    The statements that fill a model (macros/in_parts.sql). With `each_scope` one for each scope of roll-ups and one for
    all other scopes, with `each_part` one for each remainder.
-#}
{% macro part_statements(sql) -%}
    {%- set scope, part = 'is not null /* each scope */', 'is not null /* each part */' -%}
    {%- set scopes = [
        'program', 'institution', 'program_in_region', 'program_group', 'region_class', 'area', 'region', 'mode',
        'enterprise'
    ] -%}
    {%- set statements = [] -%}
    {%- if part in sql -%}
        {%- for remainder in range(16) -%}
            {%- do statements.append(sql | replace(part, '% 16 = ' ~ remainder)) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for name in scopes -%}
            {%- do statements.append(sql | replace(scope, "= '" ~ name ~ "'")) -%}
        {%- endfor -%}
        {%- do statements.append(sql | replace(scope, "not in ('" ~ scopes | join("', '") ~ "')")) -%}
    {%- endif -%}
    {{ return(statements) }}
{%- endmacro %}

{% materialization table_in_parts, adapter='duckdb' -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {%- for part in part_statements(compiled_code) %}
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
