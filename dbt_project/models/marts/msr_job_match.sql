with

final as (

    {{ program_rows(ref('int_job_match_share'), [
        'wave_months', 'definition', 'fit', 'weighting', 'n', 'share', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
