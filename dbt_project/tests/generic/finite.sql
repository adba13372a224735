{#- No number of the model is infinite or NaN. The test finds divisions and logarithms without a guard. -#}
{% test finite(model) %}
    {%- set columns = adapter.get_columns_in_relation(model) if execute else [] %}
    select count(*) as n_rows
    from {{ model }}
    where
        {% for column in columns if column.data_type | upper == 'DOUBLE' -%}
            {{ column.name }} in (cast('inf' as double), cast('-inf' as double), cast('nan' as double)) or
        {% endfor %}
        false
    having count(*) > 0
{% endtest %}
