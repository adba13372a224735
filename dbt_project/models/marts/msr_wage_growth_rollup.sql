with

final as (

    {{ rollup_rows(ref('int_growth_statistics'), [
        'measure', 'horizon_months', 'n', 'p25', 'p50', 'p75', 'mean', 'share_limit', 'status'
    ]) }}

)

select * from final
