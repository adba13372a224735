with

agreement as (

    select * from {{ ref('int_match_agreement') }}

),

rollup as (

    select * from {{ ref('int_rollup') }}

),

final as (

    select
        rollup.cohort_year,
        agreement.wave_months,
        agreement.definition,
        agreement.other_definition,
        agreement.n,
        agreement.n_both,
        agreement.n_this_only,
        agreement.n_other_only,
        agreement.n_neither,
        agreement.agreement,
        agreement.kappa,
        agreement.ci_low,
        agreement.ci_high,
        agreement.status
    from agreement
    inner join rollup on agreement.rollup_id = rollup.rollup_id
    where rollup.scope = 'region' and rollup.cohort_year is not null

)

select * from final
