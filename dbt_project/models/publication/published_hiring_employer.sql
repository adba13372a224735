{{ config(schema='feedback', alias='hiring_employer') }}
with

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
        cast(row_number() over (
            partition by hire.scope, hire.institution_code, hire.program_code, hire.cohort_from, hire.horizon_months
            order by hire.n desc, hire.enterprise_code asc
        ) as int) as place,
        hire.n,
        hire.k,
        hire.retention,
        hire.ci_low,
        hire.ci_high,
        stg_release.label as stands_from,
        hire.status
    from {{ ref('int_hire_retention') }} as hire
    left join {{ ref('stg_release') }} as stg_release on hire.release_number = stg_release.release_number
    left join {{ ref('int_employer_profile') }} as profile on hire.enterprise_code = profile.enterprise_code
    where hire.scope in ('program', 'institution')

)

select * from final
