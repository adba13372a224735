with

institution as (

    select distinct institution_code from {{ ref('dim_institution') }}

),

series as (

    {{ integers(150) }}

),

past_year as (

    select
        institution.institution_code,
        cast(year({{ as_of() }}) - series.number as int) as year
    from institution
    cross join series

),

institution_in_year as (

    {{ institution_in_year('past_year', periods=ref('dim_institution')) }}

),

final as (

    select
        institution_code,
        on_year as year,
        area_code,
        region_class
    from institution_in_year

)

select * from final
