{#-
    Categories of workplaces by roll-up: those with too few employers are added to `other`. Three employers have three people
    at least. So a category that is rounded to 0, or stands in a row that is not shown, is not named either, and `other`
    stands in every row, whether it has people or not.
-#}
{{ config(materialized=in_parts()) }}
with

rollup_cell as (

    select
        rollup_id,
        cell_id
    from {{ ref('int_rollup_cell') }}
    where scope not in ('enterprise', 'area') and {{ each_scope('scope') }}

),

state as (

    select
        state_family,
        months,
        cell_id,
        state,
        n,
        release_number
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

enough_employers as (

    select
        rollup_cell.rollup_id,
        employer.state_family,
        employer.months,
        employer.state
    from employer
    inner join rollup_cell on employer.cell_id = rollup_cell.cell_id
    cross join {{ ref('int_disclosure_policy') }} as policy
    where employer.state <> 'unknown'
    group by rollup_cell.rollup_id, employer.state_family, employer.months, employer.state
    having count(distinct employer.enterprise_code) >= max(policy.min_employers_named)

),

-- a row keeps its named categories as it keeps its numbers; a name without text says that there was none
standing as (

    select distinct
        unit.rollup_id,
        number.unit_family as state_family,
        number.months,
        number.number_name as state,
        number.release_number
    from {{ ref('int_standing_number') }} as number
    inner join {{ ref('int_publication_unit') }} as unit on number.unit_id = unit.unit_id
    where number.kind = 'named'

),

standing_row as (

    select distinct
        rollup_id,
        state_family,
        months,
        release_number
    from standing

),

may_be_named as (

    select enough_employers.*
    from enough_employers
    left join standing_row
        on
            enough_employers.rollup_id = standing_row.rollup_id
            and enough_employers.state_family = standing_row.state_family
            and enough_employers.months = standing_row.months
    where standing_row.rollup_id is null
    union all
    select
        rollup_id,
        state_family,
        months,
        state
    from standing

),

category as (

    select
        rollup_cell.rollup_id,
        state.state_family,
        state.months,
        state.state,
        cast(sum(state.n) as bigint) as k
    from state
    inner join rollup_cell on state.cell_id = rollup_cell.cell_id
    group by rollup_cell.rollup_id, state.state_family, state.months, state.state

),

total as (

    select
        rollup_cell.rollup_id,
        state.state_family,
        state.months,
        cast(sum(state.n) as bigint) as n,
        count(distinct state.cell_id) as n_cells,
        max(state.release_number) as release_number
    from state
    inner join rollup_cell on state.cell_id = rollup_cell.cell_id
    group by rollup_cell.rollup_id, state.state_family, state.months

),

named as (

    select category.*
    from category
    cross join {{ ref('int_disclosure_policy') }} as policy
    inner join may_be_named
        on
            category.rollup_id = may_be_named.rollup_id
            and category.state_family = may_be_named.state_family
            and category.months = may_be_named.months
            and category.state = may_be_named.state
    inner join total
        on
            category.rollup_id = total.rollup_id
            and category.state_family = total.state_family
            and category.months = total.months
    where category.k > 0 and total.n >= policy.min_n_rate

),

all_named as (

    select
        rollup_id,
        state_family,
        months,
        cast(sum(k) as bigint) as k
    from named
    group by rollup_id, state_family, months

),

listed as (

    select * from named
    union all
    select
        total.rollup_id,
        total.state_family,
        total.months,
        'other' as state,
        total.n - coalesce(all_named.k, 0) as k
    from total
    left join all_named
        on
            total.rollup_id = all_named.rollup_id
            and total.state_family = all_named.state_family
            and total.months = all_named.months

),

final as (

    select
        listed.rollup_id,
        'workplace' as table_name,
        listed.months,
        substr(listed.state_family, 11) as definition,
        listed.state as fit,
        listed.k,
        total.n,
        total.n_cells,
        greatest(
            total.release_number, coalesce(standing_row.release_number, {{ next_release_number() }})
        ) as release_number,
        coalesce(standing_row.release_number, {{ next_release_number() }}) as named_release_number
    from listed
    inner join total
        on
            listed.rollup_id = total.rollup_id
            and listed.state_family = total.state_family
            and listed.months = total.months
    left join standing_row
        on
            listed.rollup_id = standing_row.rollup_id
            and listed.state_family = standing_row.state_family
            and listed.months = standing_row.months

)

select * from final
