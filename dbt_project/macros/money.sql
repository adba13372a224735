{#- Money of a delivered number (CNY). -#}
{% macro money(amount) -%} cast({{ amount }} as decimal(18, 2)) {%- endmacro %}

{#- The exact product of money and a factor, rounded half up to the cent; the factor first to twelve decimals.
    DuckDB multiplies decimals of at most 18 digits in 64 bits, hence 19. -#}
{% macro money_times(amount, factor) -%}
    cast({{ amount }} * cast({{ factor }} as decimal(19, 12)) as decimal(18, 2))
{%- endmacro %}
