{#- The name of a light's unit in a year, the same in every run. The first three words are scope, institution, program. -#}
{% macro light_unit_year(scope, institution_code, program_code, year) -%}
    concat_ws(' ', {{ scope }}, {{ institution_code }}, coalesce({{ program_code }}, ''), cast({{ year }} as string))
{%- endmacro %}

{#- The columns of a unit from its name. -#}
{% macro of_light_unit(unit) -%}
    split_part({{ unit }}, ' ', 1) as scope,
    split_part({{ unit }}, ' ', 2) as institution_code,
    nullif(split_part({{ unit }}, ' ', 3), '') as program_code,
    cast(split_part({{ unit }}, ' ', 4) as int) as year
{%- endmacro %}

{#- Points per 100, cut down to steps of five: 65 stands for 65 to below 70, so that it never crosses the limit of a band. -#}
{% macro cut_to_five(points) -%} cast(5 * floor(round(({{ points }}) / 5.0, 9)) as int) {%- endmacro %}
