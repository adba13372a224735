{#- How a view that later layers read is built: on a cluster each layer has a session, and only tables outlive it. -#}
{% macro view_across_layers() -%}
    {{ return('table' if target.name == 'cluster' else 'view') }}
{%- endmacro %}
