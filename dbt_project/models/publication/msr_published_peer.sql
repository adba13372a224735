{{ config(schema='indicators') }}
{#-
    Peers of a program-cohort: the same program, level of study and cohorts at other institutions; with too few of them
    the same program group, then the same major field. Peers of an institution: all other institutions.
-#}
{%- set keys = 'table_name, months, definition, fit, weighting, cohort_year' -%}
with

policy as (

    select * from {{ ref('int_disclosure_policy') }}

),

cell as (

    select
        value.*,
        case when value.scope = 'institution' then '' else program_level.study_level end as study_level,
        case when value.scope = 'institution' then 'institution' else value.program_code end as peer_code
    from {{ ref('msr_published_value') }} as value
    left join {{ ref('int_program_level') }} as program_level
        on
            value.institution_code = program_level.institution_code
            and value.program_code = program_level.program_code
            and value.cohort_year = program_level.cohort_year
    where
        value.scope = 'institution'
        or (value.scope = 'program' and value.cohort_year is not null)

),

-- at the narrowest level an institution has one value: the median of the others follows from its place among all values
ranked as (

    select
        *,
        row_number() over (
            partition by {{ keys }}, study_level, peer_code
            order by case when value is null then 1 else 0 end, value, institution_code
        ) as place,
        count(value) over (partition by {{ keys }}, study_level, peer_code) as n_values
    from cell

),

middle as (

    select
        {{ keys }},
        study_level,
        peer_code,
        max(case when place = floor(n_values / 2.0) then value end) as before_middle,
        max(case when place = floor(n_values / 2.0) + 1 then value end) as at_middle,
        max(case when place = floor(n_values / 2.0) + 2 then value end) as after_middle
    from ranked
    where value is not null
    group by {{ keys }}, study_level, peer_code

),

-- n values without the own one: of an even number of others the two in the middle are averaged
narrowest as (

    select
        ranked.*,
        case when ranked.value is null then ranked.n_values else ranked.n_values - 1 end as n_peers,
        case
            when ranked.value is null and ranked.n_values % 2 = 1 then middle.at_middle
            when ranked.value is null then (middle.before_middle + middle.at_middle) / 2.0
            when ranked.n_values % 2 = 0 and ranked.place <= ranked.n_values / 2 then middle.at_middle
            when ranked.n_values % 2 = 0 then middle.before_middle
            when ranked.place <= floor(ranked.n_values / 2.0) then (middle.at_middle + middle.after_middle) / 2.0
            when ranked.place = floor(ranked.n_values / 2.0) + 1 then (middle.before_middle + middle.after_middle) / 2.0
            else (middle.before_middle + middle.at_middle) / 2.0
        end as peer_median
    from ranked
    left join middle
        on
            ranked.table_name = middle.table_name
            and ranked.months = middle.months
            and ranked.definition = middle.definition
            and ranked.fit = middle.fit
            and ranked.weighting = middle.weighting
            and coalesce(ranked.cohort_year, 0) = coalesce(middle.cohort_year, 0)
            and coalesce(ranked.study_level, '') = coalesce(middle.study_level, '')
            and ranked.peer_code = middle.peer_code

),

wider as (

    select
        narrowest.*,
        peer_level.peer_level,
        peer_level.place as level_place,
        cast(peer_level.digits as int) as digits
    from narrowest
    cross join policy
    inner join {{ ref('int_peer_level') }} as peer_level on peer_level.place > 1
    where
        narrowest.scope = 'program'
        and narrowest.n_peers < policy.min_peers

),

of_wider as (

    select
        wider.institution_code,
        wider.program_code,
        {% for key in keys.split(', ') -%}
            wider.{{ key }},
        {% endfor -%}
        wider.peer_level,
        wider.level_place,
        count(*) as n_peers,
        median(peer.value) as peer_median
    from wider
    inner join cell as peer
        on
            wider.table_name = peer.table_name
            and wider.months = peer.months
            and wider.definition = peer.definition
            and wider.fit = peer.fit
            and wider.weighting = peer.weighting
            and wider.cohort_year = peer.cohort_year
            and wider.study_level = peer.study_level
            and substr(wider.program_code, 1, wider.digits) = substr(peer.program_code, 1, wider.digits)
            and wider.institution_code <> peer.institution_code
    where peer.value is not null and peer.scope = 'program'
    group by
        wider.institution_code,
        wider.program_code,
        {% for key in keys.split(', ') -%}
            wider.{{ key }},
        {% endfor -%}
        wider.peer_level,
        wider.level_place

),

every_level as (

    select
        narrowest.scope,
        narrowest.institution_code,
        narrowest.program_code,
        {% for key in keys.split(', ') -%}
            narrowest.{{ key }},
        {% endfor -%}
        case when narrowest.scope = 'institution' then 'institution' else 'program' end as peer_level,
        1 as level_place,
        narrowest.n_peers,
        narrowest.peer_median
    from narrowest
    union all
    select
        'program' as scope,
        *
    from of_wider

),

enough as (

    select
        every_level.*,
        row_number() over (
            partition by
                every_level.scope, every_level.institution_code, every_level.program_code,
                every_level.{{ keys | replace(', ', ', every_level.') }}
            order by every_level.level_place
        ) as narrowest_first
    from every_level
    cross join policy
    where every_level.n_peers >= policy.min_peers

),

final as (

    select
        scope,
        institution_code,
        program_code,
        {{ keys }},
        peer_level,
        n_peers,
        peer_median
    from enough
    where narrowest_first = 1

)

select * from final
