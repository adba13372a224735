{{ config(schema='feedback', alias='starting_salary') }}
with

pay as (

    select * from {{ ref('msr_published_pay') }}
    where table_name = 'starting_salary'

),

final as (

    select
        pay.scope,
        {{ rollup_codes('pay.') }},
        pay.cohort_from,
        pay.cohort_to,
        pay.measure,
        pay.n,
        pay.p25,
        pay.p50,
        pay.p75,
        pay.adjusted as p50_region_adjusted,
        pay.adjusted_low as ci_low,
        pay.adjusted_high as ci_high,
        pay.share_floor,
        pay.share_cap,
        case
            when pay.adjusted is null or peer.peer_median is null then null
            when pay.adjusted_low > peer.peer_median then 'higher'
            when pay.adjusted_high < peer.peer_median then 'lower'
            else 'not_told_apart'
        end as mark,
        case
            when pay.adjusted_low <= peer.peer_median and pay.adjusted_high >= peer.peer_median
                then (pay.adjusted_high - pay.adjusted_low) / 2.0
        end as smallest_difference,
        peer.peer_level,
        peer.n_peers,
        peer.peer_median,
        cast(null as string) as stands_from,
        pay.status
    from pay
    left join {{ ref('msr_published_value') }} as value
        on
            pay.table_name = value.table_name
            and pay.measure = value.definition
            and pay.months = value.months
            and pay.scope = value.scope
            and pay.institution_code = value.institution_code
            and pay.program_code = value.program_code
            and pay.cohort_from = value.cohort_from
            and pay.cohort_to = value.cohort_to
            and value.is_last_of_block
    left join {{ ref('msr_published_peer') }} as peer
        on
            value.table_name = peer.table_name
            and value.months = peer.months
            and value.definition = peer.definition
            and value.fit = peer.fit
            and value.weighting = peer.weighting
            and value.scope = peer.scope
            and value.institution_code = peer.institution_code
            and value.program_code = peer.program_code
            and value.cohort_year = peer.cohort_year

)

select * from final
