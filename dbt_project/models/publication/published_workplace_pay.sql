{{ config(schema='feedback', alias='workplace_pay') }}
with

final as (

    select
        pay.scope,
        {% for code in published_codes().split(', ') -%}
            {{ 'pay.' ~ code if code in ('institution_code', 'program_code') else 'cast(null as string) as ' ~ code }},
        {% endfor -%}
        pay.cohort_from,
        pay.cohort_to,
        'register' as measure,
        pay.horizon_months,
        pay.dimension,
        pay.category,
        pay.n,
        pay.p25,
        pay.p50,
        pay.p75,
        pay.share_floor,
        pay.share_cap,
        stg_release.label as stands_from,
        pay.status
    from {{ ref('int_published_workplace_pay') }} as pay
    cross join {{ ref('int_disclosure_policy') }} as policy
    left join {{ ref('stg_release') }} as stg_release on pay.release_number = stg_release.release_number
    where pay.n >= policy.min_n_rate

)

select * from final
