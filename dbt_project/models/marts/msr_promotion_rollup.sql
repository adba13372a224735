with

final as (

    {{ rollup_rows(ref('int_promotion_horizon'), [
        'horizon_months', 'weighting', 'n', 'n_events', 'n_at_risk', 'incidence', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
