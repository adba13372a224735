{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
{%- set dimensions = {
    'place': 'place', 'industry': 'industry', 'size_class': 'size_class', 'ownership': 'owner_type'
} -%}
with

graduate as (

    select * from {{ ref('int_graduate') }}

),

institution_on_day as (

    {{ institution_on_day('graduate', 'graduated_on') }}

),

workplace as (

    select
        graduate_cell.cell_id,
        work_month.horizon_months,
        case
            when institution_on_day.region_code is null then 'unknown'
            when substr(work_month.region_code, 1, 4) = substr(institution_on_day.region_code, 1, 4)
                then 'same_prefecture'
            when substr(work_month.region_code, 1, 2) = substr(institution_on_day.region_code, 1, 2)
                then 'same_province'
            else 'other_province'
        end as place,
        coalesce(work_employer.industry, 'unknown') as industry,
        coalesce(work_employer.size_class, 'unknown') as size_class,
        coalesce(work_employer.ownership, 'unknown') as owner_type
    from {{ ref('int_work_month') }} as work_month
    inner join graduate on work_month.graduate_id = graduate.graduate_id
    inner join {{ ref('int_graduate_cell') }} as graduate_cell
        on work_month.graduate_id = graduate_cell.graduate_id
    left join institution_on_day
        on
            graduate.institution_code = institution_on_day.institution_code
            and graduate.graduated_on = institution_on_day.on_day
    left join {{ ref('int_work_employer') }} as work_employer
        on
            work_month.enterprise_code = work_employer.enterprise_code
            and work_month.work_year = work_employer.work_year

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
