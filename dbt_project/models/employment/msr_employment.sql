{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

person as (

    select
        employment_status.*,
        graduate_cell.cell_id
    from {{ ref('int_employment_status') }} as employment_status
    inner join {{ ref('int_graduate_cell') }} as graduate_cell
        on employment_status.graduate_id = graduate_cell.graduate_id

),

{{ share_table('person', ['wave_months', 'definition']) }}, -- noqa: LT02

final as (

    {{ with_rollup('indicator', [
        'wave_months', 'definition', 'weighting', 'n', 'share', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
