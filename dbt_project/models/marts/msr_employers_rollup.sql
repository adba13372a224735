with

final as (

    {{ rollup_rows(ref('int_employer_stability'), [
        'horizon_months', 'n', 'n_employers', 'n_one_employer', 'mean_employers', 'share_one_employer', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
