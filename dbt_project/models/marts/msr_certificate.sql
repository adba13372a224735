with

final as (

    {{ program_rows(ref('int_certificate_share'), [
        'phase', 'measure', 'n', 'n_hits', 'share', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
