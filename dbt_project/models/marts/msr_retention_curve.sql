with

final as (

    {{ program_rows(ref('int_retention_curve'), [
        'months', 'n', 'n_events', 'n_at_risk', 'retention', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
