with

policy as (

    select area_digits from {{ ref('int_policy') }}

),

past_year as (

    select
        year({{ as_of() }}) - number as year,
        make_date(cast(year({{ as_of() }}) - number as int), 12, 31) as last_day
    from ({{ integers(150) }}) as series

),

-- valid on the last day of the year, else begun by then, else begun later
placed as (

    select
        institution.*,
        past_year.year,
        case
            when
                institution.valid_from <= past_year.last_day
                and coalesce(institution.valid_to, past_year.last_day) >= past_year.last_day
                then 1
            when institution.valid_from <= past_year.last_day then 2
            else 3
        end as choice
    from {{ ref('dim_institution') }} as institution
    cross join past_year

),

ranked as (

    select
        *,
        row_number() over (
            partition by institution_code, year
            order by
                choice asc,
                case when choice < 3 then valid_from end desc nulls last,
                valid_from asc
        ) as best_first
    from placed

),

final as (

    select
        ranked.institution_code,
        cast(ranked.year as int) as year,
        {{ area('ranked.region_code', 'policy.area_digits') }} as area_code,
        ranked.region_class
    from ranked
    cross join policy
    where ranked.best_first = 1

)

select * from final
