{#- Runs the model's SQL once for each scope of roll-ups (macros/each_scope.sql), and once for all other scopes. -#}
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
