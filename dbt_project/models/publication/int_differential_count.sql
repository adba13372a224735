{#- The counts of each differential as they are published: a set of graduations is rounded by its own number. -#}
with

policy as (

    select * from {{ ref('int_disclosure_policy') }}

),

member as (

    {% for method, model in [
        ('raw', 'int_differential_pair'),
        ('stratified', 'int_differential_cell'),
        ('adjusted', 'int_differential_counterpart'),
    ] -%}
        select
            analysis_key,
            measure,
            '{{ method }}' as method,
            is_cooperative,
            n,
            key_number
        from {{ ref(model) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

behind_value as (

    select
        analysis_key,
        measure,
        method,
        cast(sum(case when is_cooperative then n else 0 end) as bigint) as n_cooperative,
        cast(sum(case when is_cooperative then 0 else n end) as bigint) as n_comparison,
        {{ key_number('case when is_cooperative then key_number else 0 end') }} as key_cooperative,
        {{ key_number('case when is_cooperative then 0 else key_number end') }} as key_comparison
    from member
    group by analysis_key, measure, method

),

-- coverage divides all cooperative graduates with pay into two states: behind the value, and not
rounded as (

    select
        analysis.analysis_key,
        analysis.measure,
        behind_value.method,
        analysis.scope,
        analysis.institution_code,
        analysis.program_code,
        analysis.mode,
        analysis.cohort_year,
        {% for side in ['cooperative', 'comparison'] -%}
            {{ rounded_count(
                'cast(behind_value.n_' ~ side ~ ' as double)', 'behind_value.key_' ~ side, 'policy.rounding_base'
            ) }} as n_{{ side }},
        {% endfor -%}
        {{ rounded_count(
            'cast(behind_value.n_cooperative as double)', 'analysis.key_number', 'policy.rounding_base'
        ) }} as n_inside,
        {{ rounded_count('cast(analysis.n_treated as double)', 'analysis.key_number', 'policy.rounding_base') }}
            as n_treated,
        policy.fine_share_from
    from {{ ref('int_differential_analysis') }} as analysis
    inner join behind_value
        on
            analysis.analysis_key = behind_value.analysis_key
            and analysis.measure = behind_value.measure
    cross join policy

),

final as (

    select
        analysis_key,
        measure,
        method,
        scope,
        institution_code,
        program_code,
        mode,
        cohort_year,
        n_cooperative,
        n_comparison,
        {{ published_share('(cast(n_inside as double) / nullif(n_treated, 0))', 'n_treated', 'fine_share_from') }}
            as coverage
    from rounded

)

select * from final
