{#-
    The prefix of a model decides its schema: stg_ staging, int_ intermediate, msr_ and dim_ marts, published_ feedback,
    lights_, instruments_ and audit_ the schemas of these names, basis_ what these rest on. A schema in the
    config of a model or seed takes precedence.
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set layers = {
        'stg': 'staging', 'int': 'intermediate', 'msr': 'marts', 'dim': 'marts', 'published': 'feedback',
        'basis': 'basis', 'lights': 'lights', 'instruments': 'instruments', 'audit': 'audit',
    } -%}
    {{ (custom_schema_name or layers.get(node.name.split('_')[0], target.schema)) | trim }}
{%- endmacro %}
