with

final as (

    {{ program_rows(ref('int_employment_share'), [
        'wave_months', 'definition', 'weighting', 'n', 'share', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
