{#- The columns that say where a published value lies beside its peers; `value`, `low` and `high` are its interval. -#}
{% macro beside_peers(value, low, high, stands_from='stg_release.label') -%}
    case
        when {{ value }} is null or peer.peer_median is null then null
        when {{ low }} > peer.peer_median then 'higher'
        when {{ high }} < peer.peer_median then 'lower'
        else 'not_told_apart'
    end as mark,
    case
        when {{ low }} <= peer.peer_median and {{ high }} >= peer.peer_median then ({{ high }} - {{ low }}) / 2.0
    end as smallest_difference,
    peer.peer_level,
    peer.n_peers,
    peer.peer_median,
    {{ stands_from }} as stands_from
{%- endmacro %}

{#-
    The peers of each row of msr_published_value, joined as `peer` to the relation `value`, and the release that the
    numbers of `shown` stand from.
-#}
{% macro with_peers(shown='value') -%}
    left join {{ ref('msr_published_peer') }} as peer
        on
            value.table_name = peer.table_name
            and value.months = peer.months
            and value.definition = peer.definition
            and value.fit = peer.fit
            and value.weighting = peer.weighting
            and value.scope = peer.scope
            and value.institution_code = peer.institution_code
            and coalesce(value.program_code, '') = coalesce(peer.program_code, '')
            and coalesce(value.cohort_year, 0) = coalesce(peer.cohort_year, 0)
    left join {{ ref('stg_release') }} as stg_release on {{ shown }}.release_number = stg_release.release_number
{%- endmacro %}
