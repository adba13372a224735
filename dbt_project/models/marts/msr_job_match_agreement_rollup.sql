with

final as (

    {{ rollup_rows(ref('int_match_agreement'), [
        'wave_months', 'definition', 'other_definition', 'n', 'n_both', 'n_this_only', 'n_other_only', 'n_neither',
        'agreement', 'kappa', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
