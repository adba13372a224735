with

counted as (

    select
        area_code,
        year,
        region_class,
        row_number() over (
            partition by area_code, year
            order by count(*) desc, region_class asc
        ) as most_first
    from {{ ref('basis_institution_year') }}
    where area_code is not null and region_class is not null
    group by area_code, year, region_class

),

final as (

    select
        area_code,
        year,
        region_class
    from counted
    where most_first = 1

)

select * from final
