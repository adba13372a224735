with

graduate as (

    select * from {{ ref('int_graduate') }}

),

institution_on_day as (

    {{ institution_on_day('graduate', 'graduated_on') }}

),

final as (

    select
        work_month.graduate_id,
        work_month.horizon_months,
        work_month.enterprise_code,
        case
            when institution_on_day.region_code is null then 'unknown'
            when substr(work_month.region_code, 1, 4) = substr(institution_on_day.region_code, 1, 4)
                then 'same_prefecture'
            when substr(work_month.region_code, 1, 2) = substr(institution_on_day.region_code, 1, 2)
                then 'same_province'
            else 'other_province'
        end as place,
        coalesce(work_employer.industry, 'unknown') as industry,
        coalesce(work_employer.size_class, 'unknown') as size_class,
        coalesce(work_employer.ownership, 'unknown') as owner_type
    from {{ ref('int_work_month') }} as work_month
    inner join graduate on work_month.graduate_id = graduate.graduate_id
    left join institution_on_day
        on
            graduate.institution_code = institution_on_day.institution_code
            and graduate.graduated_on = institution_on_day.on_day
    left join {{ ref('int_work_employer') }} as work_employer
        on
            work_month.enterprise_code = work_employer.enterprise_code
            and work_month.work_year = work_employer.work_year

)

select * from final
