{#- Aggregate: the distinct texts that are not null, in alphabetical order, joined by the separator; '' without any. -#}
{% macro joined_texts(text, separator="'|'") -%}
    {{ return(adapter.dispatch('joined_texts', 'iecareer')(text, separator)) }}
{%- endmacro %}

{% macro default__joined_texts(text, separator) -%}
    coalesce(
        array_to_string(list_sort(list(distinct {{ text }}) filter ({{ text }} is not null)), {{ separator }}), ''
    )
{%- endmacro %}

{% macro spark__joined_texts(text, separator) -%}
    array_join(sort_array(collect_set({{ text }})), {{ separator }})
{%- endmacro %}

{#- SHA-256 of a text as hexadecimal digits. -#}
{% macro text_digest(text) -%}
    {{ return(adapter.dispatch('text_digest', 'iecareer')(text)) }}
{%- endmacro %}

{% macro default__text_digest(text) -%} sha256({{ text }}) {%- endmacro %}

{% macro spark__text_digest(text) -%} sha2({{ text }}, 256) {%- endmacro %}

{#- A number in billionths as text, the same on both engines. -#}
{% macro number_text(number) -%} cast(cast(round({{ number }} * 1000000000) as bigint) as string) {%- endmacro %}
