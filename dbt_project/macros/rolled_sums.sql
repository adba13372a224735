{#- Counts and sums of cells (cell_id) added up per roll-up: what makes up a rate is added, never the rate. -#}
{% macro rolled_sums(relation, keys, counts, sums=[]) -%}
    select
        rollup_cell.rollup_id,
        {% for key in keys -%}
            {{ relation }}.{{ key }},
        {% endfor -%}
        {% for column in counts -%}
            cast(sum({{ relation }}.{{ column }}) as bigint) as {{ column }}{{ ',' if sums or not loop.last }}
        {% endfor -%}
        {% for column in sums -%}
            sum({{ relation }}.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ relation }}
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on {{ relation }}.cell_id = rollup_cell.cell_id
    group by rollup_cell.rollup_id{% for key in keys %}, {{ relation }}.{{ key }}{% endfor %}
{%- endmacro %}
