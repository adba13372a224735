{{ config(schema='indicators') }}
with

status_row as (

    {{ indicator_status([
        'msr_retention',
        'msr_retention_curve',
        'msr_retention_incidence',
        'msr_employers',
    ]) }}
    union all
    {{ indicator_status(['msr_institution_curve', 'msr_institution_rate'], has_status=false) }}

),

final as (

    select
        indicator,
        n_rows,
        n_ok
    from status_row

)

select * from final
