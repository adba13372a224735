with

final as (

    {{ rollup_rows(ref('int_wage_statistics'), [
        'measure', 'horizon_months', 'n', 'p25', 'p50', 'p75', 'mean', 'share_floor', 'share_cap', 'status'
    ]) }}

)

select * from final
