{#- The rows of a policy seed in force on as_of: per `keys` the rows with the latest effective_from up to that day. -#}
{% macro in_force(seed, keys) -%}
    select *
    from (
        select
            *,
            rank() over (partition by {{ keys | join(', ') }} order by effective_from desc) as latest_first
        from {{ seed }}
        where effective_from <= {{ as_of() }}
    ) as begun
    where latest_first = 1
{%- endmacro %}
