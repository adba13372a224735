with

enterprise as (

    select * from {{ ref('stg_enterprise') }}

),

-- an industry is given as a section, a letter with or without digits, or as digits that begin with a division
final as (

    select
        coalesce(employer_map.mapped_code, enterprise.enterprise_code) as mapped_code,
        enterprise.enterprise_code,
        enterprise.enterprise_name,
        enterprise.year,
        case
            when upper(substr(enterprise.industry_code, 1, 1)) between 'A' and 'T'
                then upper(substr(enterprise.industry_code, 1, 1))
            else industry_division.section_code
        end as industry,
        enterprise.size_class,
        enterprise.ownership
    from enterprise
    left join {{ ref('int_employer_map') }} as employer_map
        on enterprise.enterprise_code = employer_map.enterprise_code
    left join {{ ref('industry_division') }} as industry_division
        on substr(enterprise.industry_code, 1, 2) = industry_division.division_code

)

select * from final
