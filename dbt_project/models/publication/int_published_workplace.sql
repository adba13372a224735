{#- Categories of workplaces by roll-up: those with too few employers are added to `other`. -#}
with

state as (

    select
        state_family,
        months,
        cell_id,
        state,
        n
    from {{ ref('int_published_state') }}
    where state_family like 'workplace%'

),

employer as (

    {% for dimension in ['place', 'industry', 'size_class', 'ownership'] %}
        select distinct
            'workplace_{{ dimension }}' as state_family,
            workplace.horizon_months as months,
            graduate_cell.cell_id,
            workplace.{{ 'owner_type' if dimension == 'ownership' else dimension }} as state,
            workplace.enterprise_code
        from {{ ref('int_workplace_category') }} as workplace
        inner join {{ ref('int_graduate_cell') }} as graduate_cell on workplace.graduate_id = graduate_cell.graduate_id
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

named as (

    select
        rollup_cell.rollup_id,
        employer.state_family,
        employer.months,
        employer.state
    from employer
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on employer.cell_id = rollup_cell.cell_id
    cross join {{ ref('int_disclosure_policy') }} as policy
    where employer.state <> 'unknown' and rollup_cell.scope <> 'enterprise'
    group by rollup_cell.rollup_id, employer.state_family, employer.months, employer.state
    having count(distinct employer.enterprise_code) >= max(policy.min_employers_named)

),

total as (

    select
        rollup_cell.rollup_id,
        state.state_family,
        state.months,
        cast(sum(state.n) as bigint) as n,
        count(distinct state.cell_id) as n_cells
    from state
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on state.cell_id = rollup_cell.cell_id
    where rollup_cell.scope <> 'enterprise'
    group by rollup_cell.rollup_id, state.state_family, state.months

),

final as (

    select
        rollup_cell.rollup_id,
        'workplace' as table_name,
        state.months,
        substr(state.state_family, 11) as definition,
        case when named.rollup_id is null then 'other' else state.state end as fit,
        cast(sum(state.n) as bigint) as k,
        max(total.n) as n,
        max(total.n_cells) as n_cells
    from state
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on state.cell_id = rollup_cell.cell_id
    inner join total
        on
            rollup_cell.rollup_id = total.rollup_id
            and state.state_family = total.state_family
            and state.months = total.months
    left join named
        on
            rollup_cell.rollup_id = named.rollup_id
            and state.state_family = named.state_family
            and state.months = named.months
            and state.state = named.state
    group by
        rollup_cell.rollup_id,
        state.months,
        state.state_family,
        case when named.rollup_id is null then 'other' else state.state end

)

select * from final
