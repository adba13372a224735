{#- The rows of a policy seed in force on as_of: for each key, those with the newest effective_from that has come. -#}
{% macro in_force(seed, keys) -%}
    select seed.*
    from {{ seed }} as seed
    inner join (
        select
            {{ keys | join(', ') }},
            max(effective_from) as effective_from
        from {{ seed }}
        where effective_from <= {{ as_of() }}
        group by {{ keys | join(', ') }}
    ) as newest
        on
            seed.effective_from = newest.effective_from
            {% for key in keys %}and seed.{{ key }} = newest.{{ key }}{% endfor %}
{%- endmacro %}
