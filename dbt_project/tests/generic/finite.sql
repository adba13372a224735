{#- No number of the model is infinite or not a number: a division or logarithm without a guard shows here. -#}
{% test finite(model) %}
    {%- set doubles = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(model) if column.is_float() or column.data_type | upper == 'DOUBLE' -%}
            {%- do doubles.append(column.name) -%}
        {%- endfor -%}
    {%- endif %}
    select count(*) as n_rows
    from {{ model }}
    where
        false
        {%- for name in doubles %}
        or {{ name }} in (cast('inf' as double), cast('-inf' as double), cast('nan' as double))
        {%- endfor %}
    having count(*) > 0
{% endtest %}
