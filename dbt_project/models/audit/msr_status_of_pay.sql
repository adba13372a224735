{{ config(schema='indicators') }}
with

status_row as (

    {{ indicator_status([
        'msr_starting_salary',
        'msr_starting_salary_pooled',
        'msr_starting_salary_region_adjusted',
        'msr_wage',
        'msr_wage_growth',
    ]) }}
    union all
    {{ indicator_status(['msr_flag_measure'], has_status=false) }}

),

final as (

    select
        indicator,
        n_rows,
        n_ok
    from status_row

)

select * from final
