{#- Columns that always hold a value are never empty. Returns one row: how often each of them is, never the rows. -#}
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
