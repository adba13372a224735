{#-
    Materialization of a view that later layers read: a table on a cluster, where views end with the session of a
    layer.
-#}
{% macro view_across_layers() -%}
    {{ return('table' if target.name == 'cluster' else 'view') }}
{%- endmacro %}
