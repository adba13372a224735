{{ config(schema='indicators') }}
with

status_row as (

    {{ indicator_status([
        'msr_response',
        'msr_employment',
        'msr_job_match',
        'msr_job_match_agreement',
        'msr_promotion',
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
