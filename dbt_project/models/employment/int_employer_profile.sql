with

-- the rows of the employer itself first, then those of employers merged into it; of them the newest
ranked as (

    select
        mapped_code,
        enterprise_name,
        industry,
        row_number() over (
            partition by mapped_code
            order by case when enterprise_code = mapped_code then 0 else 1 end asc, year desc, enterprise_code asc
        ) as best_first
    from {{ ref('int_enterprise_year') }}

),

final as (

    select
        mapped_code as enterprise_code,
        nullif(trim(enterprise_name), '') as enterprise_name,
        industry
    from ranked
    where best_first = 1

)

select * from final
