with

final as (

    {{ rollup_rows(ref('int_response_rate'), [
        'wave_months', 'n', 'n_respondents', 'response_rate', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
