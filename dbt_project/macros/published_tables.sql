{#-
    An indicator is computed once, for program-cohorts and for all roll-ups, in the schema `indicators`. These post-hooks
    publish it as two relations of the schema `marts`: `msr_X` (one row per program-cohort) and `msr_X_rollup` (all else).
    `finest` names the scope of `msr_X`, `codes` those of its codes that the scope fills.
-#}
{% macro published_rows(finest='program', codes=['institution_code', 'program_code']) -%}
    {%- set left_out = ['scope'] + rollup_codes().split(', ') | reject('in', codes) | list -%}
    {%- set columns = model.columns.keys() | reject('in', left_out) | list -%}
    {{ create_published(this.identifier, columns, "scope = '" ~ finest ~ "' and cohort_year is not null") }}
{%- endmacro %}

{% macro published_rollup() -%}
    {{ create_published(
        this.identifier ~ '_rollup', model.columns.keys() | list, "scope <> 'program' or cohort_year is null"
    ) }}
{%- endmacro %}

{% macro create_published(name, columns, condition) -%}
    {{ return(adapter.dispatch('create_published', 'iecareer')(name, columns, condition)) }}
{%- endmacro %}

{% macro default__create_published(name, columns, condition) -%}
    create or replace view marts.{{ name }} as
    select {{ columns | join(', ') }} from {{ this.include(database=false) }} where {{ condition }}
{%- endmacro %}

{#- Only tables outlive a Spark session. -#}
{% macro spark__create_published(name, columns, condition) -%}
    create table marts.{{ name }} using parquet as
    select {{ columns | join(', ') }} from {{ this.include(database=false) }} where {{ condition }}
{%- endmacro %}
