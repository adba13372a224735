{#-
    An indicator is computed once, for program-cohorts and for all roll-ups, in the schema `indicators`. These
    post-hooks publish it as two relations of the schema `marts`: `msr_X` (one row per program-cohort) and
    `msr_X_rollup` (all other rows). `finest` is the scope of `msr_X`, `codes` are the codes that this scope fills,
    `left_out` are columns that only `msr_X_rollup` has. In an indicator with years instead of cohorts, `msr_X` has
    all rows of the finest scope.
-#}
{% macro published_rows(finest='program', codes=['institution_code', 'program_code'], left_out=[]) -%}
    {%- set others = ['scope'] + left_out + rollup_codes().split(', ') | reject('in', codes) | list -%}
    {%- set columns = model.columns.keys() | reject('in', others) | list -%}
    {%- set of_one_cohort = ' and cohort_year is not null' if 'cohort_year' in columns -%}
    {{ create_published(this.identifier, columns, "scope = '" ~ finest ~ "'" ~ of_one_cohort) }}
{%- endmacro %}

{% macro published_rollup() -%}
    {%- set columns = model.columns.keys() | list -%}
    {%- set of_all_cohorts = ' or cohort_year is null' if 'cohort_year' in columns -%}
    {{ create_published(this.identifier ~ '_rollup', columns, "scope <> 'program'" ~ of_all_cohorts) }}
{%- endmacro %}

{% macro create_published(name, columns, condition) -%}
    {{ return(adapter.dispatch('create_published', 'iecareer')(name, columns, condition)) }}
{%- endmacro %}

{% macro default__create_published(name, columns, condition) -%}
    create or replace view marts.{{ name }} as
    select {{ columns | join(', ') }} from {{ this.include(database=false) }} where {{ condition }}
{%- endmacro %}

{#- On Spark a table: views end with the session. -#}
{% macro spark__create_published(name, columns, condition) -%}
    create table marts.{{ name }} using parquet as
    select {{ columns | join(', ') }} from {{ this.include(database=false) }} where {{ condition }}
{%- endmacro %}
