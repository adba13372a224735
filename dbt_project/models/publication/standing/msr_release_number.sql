{{ config(schema='indicators') }}
{{ config(materialized='table' if target.name == 'cluster' else 'view') }}
{#- The numbers that a release of this run publishes, by unit: what the next run compares with. -#}
with

unit as (

    select distinct
        unit_id,
        cell_id
    from {{ ref('int_publication_unit') }}
    where scope = 'program' and block_length = 1

),

state as (

    select
        state.release_number,
        state.state_family as unit_family,
        'number' as kind,
        state.months,
        unit.unit_id,
        concat_ws('|', state.split, state.state) as number_name,
        cast(state.n as double) as number_value
    from {{ ref('int_published_state') }} as state
    inner join unit on state.cell_id = unit.cell_id

),

rollup_unit as (

    select distinct
        unit_id,
        rollup_id
    from {{ ref('int_publication_unit') }}
    where rollup_id is not null

),

workplace as (

    select distinct
        workplace.named_release_number as release_number,
        concat('workplace_', workplace.definition) as unit_family,
        'named' as kind,
        workplace.months,
        rollup_unit.unit_id,
        case when workplace.fit = 'other' then '' else workplace.fit end as number_name,
        cast(null as double) as number_value
    from {{ ref('int_published_workplace') }} as workplace
    inner join rollup_unit on workplace.rollup_id = rollup_unit.rollup_id

),

{% for relation, left in [('retention', 'n_left'), ('promotion', 'k')] -%}
    {{ relation }}_row as (

        select
            {{ 'shown.unit_id' if relation == 'retention' else 'unit.unit_id' }},
            shown.horizon_months,
            shown.is_observed,
            shown.release_number,
            shown.size_release_number,
            shown.size,
            shown.n,
            shown.{{ left }},
            shown.variance_growth
        from {{ ref('int_published_' ~ relation) }} as shown
        {{ 'inner join unit on shown.cell_id = unit.cell_id' if relation == 'promotion' }}

    ),

    {{ relation }} as (

        {% for number in ['n', left, 'variance_growth'] -%}
            select
                release_number,
                '{{ relation }}' as unit_family,
                'number' as kind,
                horizon_months as months,
                unit_id,
                '{{ number }}' as number_name,
                cast({{ number }} as double) as number_value
            from {{ relation }}_row
            where is_observed
            union all
        {% endfor -%}
        select distinct
            size_release_number as release_number,
            '{{ relation }}' as unit_family,
            'size' as kind,
            0 as months,
            unit_id,
            'n' as number_name,
            cast(size as double) as number_value
        from {{ relation }}_row

    ),

{% endfor -%}

pay as (

    {% for number in [
        'n', 'p25', 'p50', 'p75', 'adjusted', 'adjusted_low', 'adjusted_high', 'share_floor', 'share_cap'
    ] -%}
        select
            release_number,
            concat(table_name, ' ', measure) as unit_family,
            'number' as kind,
            months,
            unit_id,
            '{{ number }}' as number_name,
            cast({{ number }} as double) as number_value
        from {{ ref('msr_published_pay') }}
        where status in ('ok', 'not_comparable')
        union all
    {% endfor -%}
    select
        size_release_number as release_number,
        concat(table_name, ' ', measure) as unit_family,
        'size' as kind,
        months,
        unit_id,
        'n' as number_name,
        cast(size as double) as number_value
    from {{ ref('msr_published_pay') }}

),

-- employers too small to be named are kept, too, so that none is named because of one change
hire as (

    {% for number in ['n', 'n_left', 'variance_growth'] -%}
        select
            release_number,
            'hire' as unit_family,
            'number' as kind,
            horizon_months as months,
            unit_id,
            '{{ number }}' as number_name,
            cast({{ number }} as double) as number_value
        from {{ ref('int_published_hire') }}
        where is_observed
        union all
    {% endfor -%}
    select
        release_number,
        'hire' as unit_family,
        'size' as kind,
        0 as months,
        unit_id,
        'n' as number_name,
        cast(n as double) as number_value
    from {{ ref('int_published_hire_unit') }}

),

category_pay as (

    {% for number in ['n', 'p25', 'p50', 'p75', 'share_floor', 'share_cap'] -%}
        select
            release_number,
            'category_pay' as unit_family,
            'number' as kind,
            horizon_months as months,
            unit_id,
            '{{ number }}' as number_name,
            cast({{ number }} as double) as number_value
        from {{ ref('int_published_workplace_pay') }}
        where status in ('ok', 'not_comparable')
        union all
    {% endfor -%}
    select
        size_release_number as release_number,
        'category_pay' as unit_family,
        'size' as kind,
        horizon_months as months,
        unit_id,
        'n' as number_name,
        cast(size as double) as number_value
    from {{ ref('int_published_workplace_pay') }}

),

block as (

    select distinct
        0 as release_number,
        'pay_block' as unit_family,
        'number' as kind,
        0 as months,
        concat_ws('|', program_code, study_level) as unit_id,
        'block_length' as number_name,
        cast(block_length as double) as number_value
    from {{ ref('int_pay_block') }}

),

final as (

    {% for part in ['state', 'workplace', 'retention', 'promotion', 'pay', 'hire', 'category_pay', 'block'] -%}
        select
            release_number,
            unit_family,
            kind,
            cast(months as int) as months,
            unit_id,
            number_name,
            number_value
        from {{ part }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
