with

cell as (

    select * from {{ ref('int_cell') }}

),

final as (

    select
        graduate.graduate_id,
        cell.cell_id,
        cell.is_employer
    from {{ ref('int_graduate') }} as graduate
    inner join cell
        on
            graduate.institution_code = cell.institution_code
            and graduate.program_code = cell.program_code
            and graduate.cohort_year = cell.cohort_year
    union all
    select
        first_spell.graduate_id,
        cell.cell_id,
        cell.is_employer
    from {{ ref('int_first_spell') }} as first_spell
    inner join cell on first_spell.enterprise_code = cell.enterprise_code

)

select * from final
