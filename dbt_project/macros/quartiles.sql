{#-
    The quartiles of a column as one list: one aggregate holds each value once, three would hold it three times.
    `quartile` takes a number of the list: 1, 2 or 3.
-#}
{% macro quartiles(value) -%}
    {{ return(adapter.dispatch('quartiles', 'iecareer')(value)) }}
{%- endmacro %}

{% macro default__quartiles(value) -%}
    quantile_cont({{ value }}, [0.25, 0.5, 0.75])
{%- endmacro %}

{% macro spark__quartiles(value) -%}
    percentile({{ value }}, array(0.25, 0.5, 0.75))
{%- endmacro %}

{% macro quartile(list, number) -%}
    {{ return(adapter.dispatch('quartile', 'iecareer')(list, number)) }}
{%- endmacro %}

{% macro default__quartile(list, number) -%}
    {{ list }}[{{ number }}]
{%- endmacro %}

{#- Spark counts the elements of an array from 0. -#}
{% macro spark__quartile(list, number) -%}
    {{ list }}[{{ number - 1 }}]
{%- endmacro %}
