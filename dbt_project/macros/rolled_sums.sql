{#-
    Counts and sums of cells (one row per cell_id and keys) added up per roll-up. Rates are computed from these sums.
    An employer is both a cell and a roll-up, with the same negative number (int_cell_member).
-#}
{% macro rolled_sums(relation, keys, counts, sums=[], with_employers=false) -%}
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
    {% if with_employers -%}
        union all
        select
            cell_id as rollup_id,
            {% for key in keys -%}
                {{ key }},
            {% endfor -%}
            {% for column in counts -%}
                cast({{ column }} as bigint) as {{ column }}{{ ',' if sums or not loop.last }}
            {% endfor -%}
            {{ sums | join(', ') }}
        from {{ relation }}
        where cell_id < 0
    {%- endif %}
{%- endmacro %}
