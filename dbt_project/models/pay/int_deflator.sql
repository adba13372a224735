with

region_year as (

    select
        region_code,
        year,
        cast(price_index as double) as price_index
    from {{ ref('stg_region_year') }}

),

n_provinces as (

    select count(distinct region_code) as n_provinces
    from region_year

),

complete_year as (

    select year
    from region_year
    where price_index > 0
    group by year
    having count(distinct region_code) = (select n_provinces.n_provinces from n_provinces)

),

base_year as (

    select max(year) as base_year
    from complete_year

),

final as (

    select
        region_year.region_code as province_code,
        region_year.year,
        base.year as base_year,
        base.price_index / region_year.price_index as deflator
    from region_year
    inner join base_year on true
    inner join region_year as base
        on
            region_year.region_code = base.region_code
            and base_year.base_year = base.year
    where region_year.price_index > 0

)

select * from final
