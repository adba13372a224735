{#- No two rows share a key (nulls count as equal). Returns the number of repeated keys, never the keys. -#}
{% test unique_key(model, columns) %}
    select count(*) as n_repeated
    from (
        select count(*) as n_rows
        from {{ model }}
        group by {{ columns | join(', ') }}
        having count(*) > 1
    ) as repeated
    having count(*) > 0
{% endtest %}
