with

policy as (

    select * from {{ ref('int_disclosure_policy') }}

),

member as (

    select
        member.state_family,
        member.months,
        member.cell_id,
        member.state,
        -- colleges know their registrations man by man: they are rounded by a number of their own
        case
            when member.state_family like 'registration%' then graduation_number.registration_number
            else graduation_number.publication_number
        end as graduation_number
    from {{ ref('int_published_member') }} as member
    inner join {{ ref('int_graduation_number') }} as graduation_number
        on member.graduate_id = graduation_number.graduate_id

),

unit as (

    select
        state_family,
        months,
        cell_id,
        {{ key_number('graduation_number') }} as key_number
    from member
    group by state_family, months, cell_id

),

counted as (

    select
        state_family,
        months,
        cell_id,
        state,
        cast(count(*) as bigint) as n
    from member
    group by state_family, months, cell_id, state

),

-- answers are divided five times: by activity, and the employed by each definition of a match
divided as (

    select
        state_family,
        months,
        cell_id,
        'activity' as split,
        split_part(state, '|', 1) as state,
        n
    from counted
    where state_family = 'survey'
    {% for split in ['self_report', 'normative', 'realised', 'vertical'] %}
        union all
        select
            state_family,
            months,
            cell_id,
            '{{ split }}' as split,
            case
                when split_part(state, '|', 1) = 'works' then split_part(state, '|', {{ loop.index + 1 }})
                else split_part(state, '|', 1)
            end as state,
            n
        from counted
        where state_family = 'survey'
    {% endfor %}
    union all
    select
        state_family,
        months,
        cell_id,
        state_family as split,
        state,
        n
    from counted
    where state_family <> 'survey'

),

-- categories of workplaces stand in the order of their codes, unknown ones last
placed as (

    select
        divided.state_family,
        divided.months,
        divided.cell_id,
        divided.split,
        divided.state,
        case when divided.state = 'unknown' then 1 else coalesce(published_state.place, 0) end as place,
        sum(divided.n) as n
    from divided
    left join {{ ref('published_state') }} as published_state
        on
            divided.split = published_state.split
            and divided.state = published_state.state
    group by
        divided.state_family, divided.months, divided.cell_id, divided.split, divided.state, published_state.place

),

summed as (

    select
        *,
        cast(sum(n) over (
            partition by state_family, months, cell_id, split
            order by place, state
            rows between unbounded preceding and current row
        ) as bigint) as n_so_far
    from placed

),

rounded as (

    select
        summed.*,
        {{ rounded_count('summed.n_so_far', 'unit.key_number', 'policy.rounding_base') }} as rounded_so_far
    from summed
    cross join policy
    inner join unit
        on
            summed.state_family = unit.state_family
            and summed.months = unit.months
            and summed.cell_id = unit.cell_id

),

final as (

    select
        state_family,
        months,
        cell_id,
        split,
        state,
        cast(rounded_so_far - lag(rounded_so_far, 1, 0) over (
            partition by state_family, months, cell_id, split order by place, state
        ) as bigint) as n
    from rounded

)

select * from final
