with

final as (

    {{ rollup_rows(ref('int_retention'), [
        'horizon_months', 'n', 'n_events', 'n_at_risk', 'retention', 'ci_low', 'ci_high', 'rmst_60', 'status'
    ]) }}

)

select * from final
