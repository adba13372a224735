with

needed as (

    select distinct
        enterprise_code,
        work_year
    from {{ ref('int_work_month') }}

),

enterprise as (

    select
        coalesce(employer_map.mapped_code, enterprise.enterprise_code) as mapped_code,
        enterprise.enterprise_code,
        enterprise.year,
        enterprise.industry_code,
        enterprise.size_class,
        enterprise.ownership
    from {{ ref('stg_enterprise') }} as enterprise
    left join {{ ref('int_employer_map') }} as employer_map
        on enterprise.enterprise_code = employer_map.enterprise_code

),

-- the rows of the mapped code itself first; of them the newest up to the year, else the oldest
ranked as (

    select
        needed.enterprise_code,
        needed.work_year,
        enterprise.industry_code,
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
    inner join enterprise on needed.enterprise_code = enterprise.mapped_code

),

-- an industry is given as a section, a letter with or without digits, or as digits that begin with a division
final as (

    select
        ranked.enterprise_code,
        ranked.work_year,
        case
            when upper(substr(ranked.industry_code, 1, 1)) between 'A' and 'T'
                then upper(substr(ranked.industry_code, 1, 1))
            else industry_division.section_code
        end as industry,
        ranked.size_class,
        ranked.ownership
    from ranked
    left join {{ ref('industry_division') }} as industry_division
        on substr(ranked.industry_code, 1, 2) = industry_division.division_code
    where ranked.best_first = 1

)

select * from final
