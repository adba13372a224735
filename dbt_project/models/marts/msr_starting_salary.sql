with

final as (

    {{ program_rows(ref('int_salary_statistics'), [
        'measure', 'n', 'p25', 'p50', 'p75', 'mean', 'share_floor', 'share_cap', 'status'
    ]) }}

)

select * from final
