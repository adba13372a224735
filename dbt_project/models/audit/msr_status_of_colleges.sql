{{ config(schema='indicators') }}
with

status_row as (

    {{ indicator_status([
        'msr_certificate',
        'msr_innovation',
        'msr_curriculum_currency',
        'msr_cooperation',
    ]) }}

),

final as (

    select
        indicator,
        n_rows,
        n_ok
    from status_row

)

select * from final
