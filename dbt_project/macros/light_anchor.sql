{#-
    Anchors around the value of the peers, for those indicators of programs that are anchored there. `values` is a
    relation with n, value and status by scope, institution_code, program_code, year and indicator.
-#}
{% macro light_anchor(values) -%}
with

indicator as (

    select * from {{ ref('stg_policy_light_indicator') }}
    where anchor = 'peers'

),

policy as (

    select max(value) as min_peers from {{ ref('stg_policy_number') }}
    where seed = 'policy_disclosure' and name = 'min_peers'

),

cell as (

    select
        value.*,
        program_level.study_level
    from {{ values }} as value
    inner join indicator on value.scope = indicator.scope and value.indicator = indicator.indicator
    left join {{ ref('int_program_level') }} as program_level
        on
            value.institution_code = program_level.institution_code
            and value.program_code = program_level.program_code
            and value.year - indicator.years_before = program_level.cohort_year

),

leveled as (

    select
        cell.*,
        peer_level.place,
        substr(cell.program_code, 1, peer_level.digits) as peer_code,
        case when cell.status = 'ok' then cell.n end as n_ok,
        case when cell.status = 'ok' then cell.n * cell.value end as total_ok
    from cell
    cross join {{ ref('int_peer_level') }} as peer_level

),

-- the peers are the programs of other institutions
beside as (

    select
        institution_code,
        program_code,
        year,
        indicator,
        place,
        count(n_ok) over everybody - count(n_ok) over own as n_peers,
        coalesce(sum(n_ok) over everybody, 0) - coalesce(sum(n_ok) over own, 0) as n,
        coalesce(sum(total_ok) over everybody, 0.0) - coalesce(sum(total_ok) over own, 0.0) as total
    from leveled
    window
        everybody as (partition by indicator, year, study_level, place, peer_code),
        own as (partition by indicator, year, study_level, place, peer_code, institution_code)

),

enough as (

    select
        beside.*,
        row_number() over (
            partition by beside.institution_code, beside.program_code, beside.year, beside.indicator
            order by beside.place
        ) as finest_first
    from beside
    cross join policy
    where beside.n_peers >= policy.min_peers and beside.n > 0

),

final as (

    select
        enough.institution_code,
        enough.program_code,
        enough.year,
        enough.indicator,
        enough.n_peers,
        enough.total / enough.n as peer_value,
        enough.total / enough.n - policy.peers_below as worst,
        enough.total / enough.n + policy.peers_above as best
    from enough
    cross join {{ ref('int_light_policy') }} as policy
    where enough.finest_first = 1

)

select * from final
{%- endmacro %}
