{%- set seeds = [
    'policy_disclosure', 'policy_estimate', 'policy_flag', 'policy_indicator', 'policy_instrument', 'policy_light',
    'policy_signal'
] -%}
with

{% for seed in seeds %}
    {{ seed }} as (

        {{ in_force(ref(seed), ['name']) }}

    ),
{% endfor %}

final as (

    {% for seed in seeds %}
        select
            '{{ seed }}' as seed,
            name,
            cast(value as double) as value,
            unit,
            effective_from,
            document,
            clause,
            description
        from {{ seed }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
