with

final as (

    {{ rollup_rows(ref('int_innovation_rate'), [
        'kind', 'n', 'graduate_years', 'n_outputs', 'weighted_outputs', 'outputs_per_100_years', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
