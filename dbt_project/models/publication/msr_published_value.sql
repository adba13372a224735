{{ config(schema='indicators') }}
with

share_row as (

    select
        share.table_name,
        share.months,
        share.definition,
        coalesce(share.fit, '') as fit,
        share.weighting,
        int_rollup.scope,
        {{ published_codes('int_rollup.') }},
        int_rollup.cohort_year,
        int_rollup.cohort_year as cohort_from,
        int_rollup.cohort_year as cohort_to,
        true as is_last_of_block,
        share.n,
        share.k,
        share.share as value,
        share.ci_low,
        share.ci_high,
        share.release_number,
        share.status
    from {{ ref('int_published_share') }} as share
    inner join {{ ref('int_rollup') }} as int_rollup on share.rollup_id = int_rollup.rollup_id

),

retention as (

    select
        'retention' as table_name,
        horizon_months as months,
        '' as definition,
        '' as fit,
        'unweighted' as weighting,
        scope,
        {{ published_codes() }},
        cohort_year,
        cohort_from,
        cohort_to,
        -- a block stands once, at its last cohort
        coalesce(cohort_year = max(cohort_year) over (
            partition by horizon_months, scope, institution_code, program_code, cohort_from, cohort_to
        ), true) as is_last_of_block,
        n,
        k,
        retention as value,
        ci_low,
        ci_high,
        release_number,
        status
    from {{ ref('int_published_retention_row') }}

),

-- pay is compared by its adjusted median; a block stands at each of its cohorts
pay as (

    select
        pay.table_name,
        pay.months,
        pay.measure as definition,
        '' as fit,
        'unweighted' as weighting,
        pay.scope,
        {{ published_codes('pay.') }},
        cohort.cohort_year,
        pay.cohort_from,
        pay.cohort_to,
        coalesce(cohort.cohort_year = max(cohort.cohort_year) over (
            partition by
                pay.table_name, pay.months, pay.measure, pay.institution_code, pay.program_code,
                pay.cohort_from, pay.cohort_to
        ), true) as is_last_of_block,
        pay.n,
        cast(null as bigint) as k,
        pay.adjusted as value,
        pay.adjusted_low as ci_low,
        pay.adjusted_high as ci_high,
        pay.release_number,
        pay.status
    from {{ ref('msr_published_pay') }} as pay
    inner join {{ ref('int_pay_block') }} as cohort
        on
            pay.institution_code = cohort.institution_code
            and pay.program_code = cohort.program_code
            and pay.cohort_from = cohort.cohort_from
            and pay.cohort_to = cohort.cohort_to
    where pay.scope = 'program'

),

final as (

    select * from share_row
    union all
    select * from retention
    union all
    select * from pay

)

select * from final
