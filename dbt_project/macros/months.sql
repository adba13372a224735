{#- Months as running numbers: spells are then plain integer arithmetic on either engine. -#}
{% macro month_number(date_column) -%}
    cast(year({{ date_column }}) * 12 + month({{ date_column }}) - 1 as int)
{%- endmacro %}

{#- The first day of a running month number. -#}
{% macro month_date(month_number_column) -%}
    make_date(
        cast(floor({{ month_number_column }} / 12.0) as int),
        cast({{ month_number_column }} - 12 * floor({{ month_number_column }} / 12.0) as int) + 1,
        1
    )
{%- endmacro %}

{#- A date some months later. If the month is too short, its last day (31 August + 6 months = 28 February). -#}
{% macro add_months(date_column, months) -%}
    {{ return(adapter.dispatch('add_months', 'iecareer')(date_column, months)) }}
{%- endmacro %}

{% macro default__add_months(date_column, months) -%}
    cast({{ date_column }} + to_months({{ months }}) as date)
{%- endmacro %}

{% macro spark__add_months(date_column, months) -%}
    add_months({{ date_column }}, {{ months }})
{%- endmacro %}

{#- Days between two dates (later − earlier). -#}
{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch('days_between', 'iecareer')(earlier, later)) }}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    ({{ later }} - {{ earlier }})
{%- endmacro %}

{% macro spark__days_between(earlier, later) -%}
    datediff({{ later }}, {{ earlier }})
{%- endmacro %}
