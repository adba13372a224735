with

final as (

    select
        max(case when name = 'allocation_range' then value end) as allocation_range,
        max(case when name = 'allocation_spread' then value end) as allocation_spread,
        max(case when name = 'allocation_shrinkage' then value end) as allocation_shrinkage,
        max(case when name = 'allocation_certificate_years' then value end) as allocation_certificate_years,
        max(case when name = 'allocation_retention_years' then value end) as allocation_retention_years,
        max(case when name = 'allocation_retention_months' then value end) as allocation_retention_months,
        max(case when name = 'fund_share' then value end) as fund_share,
        max(case when name = 'fund_top_percent' then value end) as fund_top_percent,
        max(case when name = 'credit_interns' then value end) as credit_interns,
        max(case when name = 'credit_rd_share' then value end) as credit_rd_share,
        max(case when name = 'exit_min_interns' then value end) as exit_min_interns,
        max(case when name = 'exit_conversion' then value end) as exit_conversion,
        max(case when name = 'exit_years' then value end) as exit_years,
        max(case when name = 'exit_poor_years' then value end) as exit_poor_years,
        max(case when name = 'equity_lowest' then value end) as equity_lowest,
        max(case when name = 'equity_span' then value end) as equity_span,
        max(case when name = 'equity_pass_weight' then value end) as equity_pass_weight,
        max(case when name = 'equity_pass_from' then value end) as equity_pass_from,
        max(case when name = 'equity_pass_span' then value end) as equity_pass_span,
        max(case when name = 'equity_income_full' then value end) as equity_income_full,
        max(case when name = 'equity_total_below' then value end) as equity_total_below,
        max(case when name = 'equity_total_cut' then value end) as equity_total_cut,
        max(case when name = 'equity_certificate_years' then value end) as equity_certificate_years,
        max(case when name = 'insurance_small_extra' then value end) as insurance_small_extra,
        max(case when name = 'insurance_refund' then value end) as insurance_refund,
        max(case when name = 'appraisal_weight' then value end) as appraisal_weight,
        max(case when name = 'appraisal_cut' then value end) as appraisal_cut,
        max(case when name = 'review_months' then value end) as review_months
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_instrument'

)

select * from final
