with

final as (

    {{ program_rows(ref('int_retention_incidence'), [
        'horizon_months', 'reason', 'n', 'n_events', 'n_at_risk', 'incidence', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
