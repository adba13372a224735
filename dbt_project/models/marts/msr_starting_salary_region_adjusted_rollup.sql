with

final as (

    {{ rollup_rows(ref('int_salary_region_adjusted'), [
        'measure', 'n', 'coverage', 'p50_region_adjusted', 'status'
    ]) }}

)

select * from final
