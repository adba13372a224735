{{ config(schema='feedback', alias='employer_retention') }}
with

peer as (

    select
        *,
        'industry' as peer_level
    from {{ ref('int_industry_peer') }}

),

final as (

    select
        hire.scope,
        hire.institution_code,
        hire.program_code,
        {% for code in published_codes().split(', ')[2:-1] -%}
            cast(null as string) as {{ code }},
        {% endfor -%}
        hire.enterprise_code,
        hire.cohort_from,
        hire.cohort_to,
        coalesce(profile.enterprise_name, hire.enterprise_code) as enterprise_name,
        profile.industry,
        hire.horizon_months,
        hire.n,
        hire.k,
        hire.retention,
        hire.ci_low,
        hire.ci_high,
        peer.peer_p25,
        peer.peer_p75,
        {{ beside_peers('hire.retention', 'hire.ci_low', 'hire.ci_high') }},
        hire.status
    from {{ ref('int_hire_retention') }} as hire
    left join {{ ref('stg_release') }} as stg_release on hire.release_number = stg_release.release_number
    left join {{ ref('int_employer_profile') }} as profile on hire.enterprise_code = profile.enterprise_code
    left join peer
        on
            hire.enterprise_code = peer.enterprise_code
            and hire.cohort_from = peer.cohort_from
            and hire.horizon_months = peer.horizon_months
    where hire.scope = 'employer'

)

select * from final
