with

person as (

    select
        employment_status.*,
        graduate_cell.cell_id
    from {{ ref('int_employment_status') }} as employment_status
    inner join {{ ref('int_graduate_cell') }} as graduate_cell
        on employment_status.graduate_id = graduate_cell.graduate_id
    where not graduate_cell.is_employer

),

{{ share_table('person', ['wave_months', 'definition']) }} -- noqa: LT02

select * from final
