{#-
    A folder is a subject, a prefix is a layer, and a layer is a schema: stg_ staging, int_ intermediate, msr_ and dim_
    marts. A schema that a model or seed names itself goes before.
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set layers = {'stg': 'staging', 'int': 'intermediate', 'msr': 'marts', 'dim': 'marts'} -%}
    {{ (custom_schema_name or layers.get(node.name.split('_')[0], target.schema)) | trim }}
{%- endmacro %}
