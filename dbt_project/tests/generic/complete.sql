{#- The columns are never null. Returns one row with the number of nulls per column, never the failing rows. -#}
{% test complete(model, columns) %}
    select *
    from (
        select
            {% for column in columns -%}
                count(*) - count({{ column }}) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ model }}
    ) as n_empty
    where {% for column in columns %}{{ column }} > 0{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
