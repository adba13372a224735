{#- Stops the build with a message. -#}
{% macro raise_error(message) -%}
    {{ return(adapter.dispatch('raise_error', 'iecareer')(message)) }}
{%- endmacro %}

{% macro default__raise_error(message) -%}
    cast(error({{ message }}) as boolean)
{%- endmacro %}

{% macro spark__raise_error(message) -%}
    cast(raise_error({{ message }}) as boolean)
{%- endmacro %}
