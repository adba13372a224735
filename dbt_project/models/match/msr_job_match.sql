{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

person as (

    select
        job_match.*,
        job_match.is_match as is_hit,
        graduate_cell.cell_id
    from {{ ref('int_job_match') }} as job_match
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on job_match.graduate_id = graduate_cell.graduate_id

),

{{ share_table('person', ['wave_months', 'definition', 'fit']) }}, -- noqa: LT02

final as (

    {{ with_rollup('indicator', [
        'wave_months', 'definition', 'fit', 'weighting', 'n', 'share', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
