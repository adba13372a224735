with

cell as (

    select * from {{ ref('int_cell') }}
    where not is_employer

),

agreement as (

    select
        cell.cell_id,
        agreement.mode
    from cell
    inner join {{ ref('int_cooperative_cohort') }} as agreement
        on
            cell.institution_code = agreement.institution_code
            and cell.program_code = agreement.program_code
            and cell.cohort_year = agreement.cohort_year

),

cooperative as (

    select distinct cell_id from agreement

),

final as (

    select * from agreement
    union all
    select
        cell.cell_id,
        case when cooperative.cell_id is null then 'none' else 'any' end as mode
    from cell
    left join cooperative on cell.cell_id = cooperative.cell_id

)

select * from final
