{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
{%- set dimensions = {
    'place': 'place', 'industry': 'industry', 'size_class': 'size_class', 'ownership': 'owner_type'
} -%}
with

workplace as (

    select
        workplace_category.*,
        graduate_cell.cell_id
    from {{ ref('int_workplace_category') }} as workplace_category
    inner join {{ ref('int_graduate_cell') }} as graduate_cell
        on workplace_category.graduate_id = graduate_cell.graduate_id

),

counted as (

    {% for dimension, column in dimensions.items() %}
        select
            cell_id,
            horizon_months,
            '{{ dimension }}' as dimension,
            {{ column }} as category,
            count(*) as n_in
        from workplace
        group by cell_id, horizon_months, {{ column }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

rolled as (

    {{ rolled_sums('counted', ['horizon_months', 'dimension', 'category'], ['n_in']) }}

),

total as (

    select
        *,
        cast(sum(n_in) over (partition by rollup_id, horizon_months, dimension) as bigint) as n
    from rolled

),

shared as (

    select
        *,
        cast(n_in as double) / n as share
    from total

),

indicator as (

    {{ with_wilson('shared', 'share', 'n') }}

),

final as (

    {{ with_rollup('indicator', [
        'horizon_months', 'dimension', 'category', 'n', 'n_in', 'share', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
