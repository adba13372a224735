with

needed as (

    select distinct
        enterprise_code,
        work_year
    from {{ ref('int_work_month') }}

),

-- the rows of the mapped code itself first; of them the newest up to the year, else the oldest
ranked as (

    select
        needed.enterprise_code,
        needed.work_year,
        enterprise.industry,
        enterprise.size_class,
        enterprise.ownership,
        row_number() over (
            partition by needed.enterprise_code, needed.work_year
            order by
                case when enterprise.enterprise_code = needed.enterprise_code then 0 else 1 end asc,
                case when enterprise.year <= needed.work_year then 0 else 1 end asc,
                case when enterprise.year <= needed.work_year then -enterprise.year else enterprise.year end asc,
                enterprise.enterprise_code asc
        ) as best_first
    from needed
    inner join {{ ref('int_enterprise_year') }} as enterprise on needed.enterprise_code = enterprise.mapped_code

),

final as (

    select
        enterprise_code,
        work_year,
        industry,
        size_class,
        ownership
    from ranked
    where best_first = 1

)

select * from final
