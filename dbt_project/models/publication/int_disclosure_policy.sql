{%- set names = [
    'rounding_base', 'rounding_variance', 'fine_share_from', 'min_n_rate', 'min_n_wage', 'min_peers',
    'min_employers_named', 'min_n_rollup', 'followed_share', 'wage_rounding_cny', 'peer_group_digits', 'block_share',
    'block_finished_months', 'peer_field_digits', 'largest_employer_share', 'min_industry_peers', 'refresh_min_changes'
] -%}
with

final as (

    select
        {% for name in names -%}
            max(case when name = '{{ name }}' then value end) as {{ name }},
        {% endfor -%}
        max(case when name = 'headline_wave_months' then cast(value as int) end) as headline_wave_months
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_disclosure'

)

select * from final
