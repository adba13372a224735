{{ config(schema='indicators') }}
{#- Pay as it is published: of programs in blocks of cohorts, of other roll-ups by cohort and of all cohorts. -#}
with

policy as (

    select
        disclosure.*,
        int_policy.region_adjusted_min_coverage
    from {{ ref('int_disclosure_policy') }} as disclosure
    cross join {{ ref('int_policy') }} as int_policy

),

of_program as (

    select
        block.table_name,
        block.measure,
        block.months,
        'program' as scope,
        block.institution_code,
        block.program_code,
        {% for code in published_codes().split(', ')[2:] -%}
            cast(null as string) as {{ code }},
        {% endfor -%}
        block.cohort_from,
        block.cohort_to,
        block.is_finished,
        block.is_observed,
        block.n,
        block.n_floor,
        block.n_cap,
        block.p25,
        block.p50,
        block.p75,
        case
            when block.table_name = 'wage' or round(block.coverage, 12) >= policy.region_adjusted_min_coverage
                then block.adjusted
        end as adjusted,
        block.adjusted_low,
        block.adjusted_high,
        policy.min_n_wage as least_n
    from {{ ref('int_published_pay_block') }} as block
    cross join policy

),

cell_number as (

    select
        table_name,
        measure,
        months,
        cell_id,
        count(*) as n,
        {{ key_number('publication_number') }} as key_number,
        sum(is_at_floor) as n_floor,
        sum(case when is_at_cap = 1 and is_at_floor = 0 then 1 else 0 end) as n_cap
    from {{ ref('int_published_pay_person') }}
    group by table_name, measure, months, cell_id

),

rollup_number as (

    select
        rollup_cell.rollup_id,
        cell_number.table_name,
        cell_number.measure,
        cell_number.months,
        cast(sum(cell_number.n) as double) as n,
        cast(sum(cell_number.n_floor) as double) as n_floor,
        cast(sum(cell_number.n_cap) as double) as n_cap,
        {{ key_number('cell_number.key_number') }} as key_number
    from cell_number
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on cell_number.cell_id = rollup_cell.cell_id
    where rollup_cell.scope not in ('program', 'enterprise', 'area')
    group by rollup_cell.rollup_id, cell_number.table_name, cell_number.measure, cell_number.months

),

quartile_row as (

    select
        'starting_salary' as table_name,
        0 as months,
        scope,
        {{ published_codes() }},
        cohort_year,
        measure,
        p25,
        p50,
        p75,
        status
    from {{ ref('msr_starting_salary') }}
    union all
    select
        'wage' as table_name,
        horizon_months as months,
        scope,
        {{ published_codes() }},
        cohort_year,
        measure,
        p25,
        p50,
        p75,
        status
    from {{ ref('msr_wage') }}

),

of_rollup as (

    select
        number.table_name,
        number.measure,
        number.months,
        int_rollup.scope,
        {{ published_codes('int_rollup.') }},
        int_rollup.cohort_year as cohort_from,
        int_rollup.cohort_year as cohort_to,
        true as is_finished,
        quartile_row.status <> 'not_observed' as is_observed,
        {{ rounded_count('number.n', 'number.key_number', 'policy.rounding_base') }} as n,
        {{ rounded_count('number.n_floor', 'number.key_number', 'policy.rounding_base') }} as n_floor,
        {{ rounded_count('number.n', 'number.key_number', 'policy.rounding_base') }}
        - {{ rounded_count('(number.n - number.n_cap)', 'number.key_number', 'policy.rounding_base') }} as n_cap,
        quartile_row.p25,
        quartile_row.p50,
        quartile_row.p75,
        cast(null as double) as adjusted,
        cast(null as double) as adjusted_low,
        cast(null as double) as adjusted_high,
        policy.min_n_rollup as least_n
    from rollup_number as number
    cross join policy
    inner join {{ ref('int_rollup') }} as int_rollup on number.rollup_id = int_rollup.rollup_id
    inner join quartile_row
        on
            number.table_name = quartile_row.table_name
            and number.months = quartile_row.months
            and number.measure = quartile_row.measure
            and int_rollup.scope = quartile_row.scope
            {% for code in published_codes().split(', ') -%}
                and coalesce(int_rollup.{{ code }}, '') = coalesce(quartile_row.{{ code }}, '')
            {% endfor -%}
            and coalesce(int_rollup.cohort_year, 0) = coalesce(quartile_row.cohort_year, 0)

),

unit as (

    select * from of_program
    union all
    select * from of_rollup

),

-- a quartile among the people at a limit of the contribution base is not known
judged as (

    select
        unit.*,
        policy.min_n_rate,
        policy.wage_rounding_cny,
        unit.n >= unit.least_n and unit.is_finished and unit.is_observed as is_shown,
        case
            when not unit.is_finished or not unit.is_observed then 'not_observed'
            when unit.n < unit.least_n then 'too_few'
            when unit.p50 is null or 0.5 * unit.n <= unit.n_floor or 0.5 * unit.n >= unit.n - unit.n_cap
                then 'not_comparable'
            else 'ok'
        end as status
    from unit
    cross join policy
    where unit.n > 0

),

final as (

    select
        table_name,
        measure,
        months,
        scope,
        {{ published_codes() }},
        cohort_from,
        cohort_to,
        case when n >= min_n_rate then n end as n,
        {% for share in (0.25, 0.5, 0.75) -%}
            case
                when is_shown and {{ share }} * n > n_floor and {{ share }} * n < n - n_cap
                    then round(p{{ (share * 100) | int }} / wage_rounding_cny) * wage_rounding_cny
            end as p{{ (share * 100) | int }},
        {% endfor -%}
        {% for column in ['adjusted', 'adjusted_low', 'adjusted_high'] -%}
            case
                when status = 'ok' and adjusted is not null
                    then round({{ column }} / wage_rounding_cny) * wage_rounding_cny
            end as {{ column }},
        {% endfor -%}
        case
            when is_shown and measure = 'register'
                then cast(floor(round(n_floor * 100.0 / n, 9) + 0.5) as double) / 100.0
        end as share_floor,
        case
            when is_shown and measure = 'register'
                then cast(floor(round(n_cap * 100.0 / n, 9) + 0.5) as double) / 100.0
        end as share_cap,
        status
    from judged

)

select * from final
