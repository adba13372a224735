with

insurance as (

    select
        insurance.policy_id,
        insurance.year,
        coalesce(employer_map.mapped_code, insurance.enterprise_code) as enterprise_code
    from {{ ref('stg_cooperation_insurance') }} as insurance
    left join {{ ref('int_employer_map') }} as employer_map
        on insurance.enterprise_code = employer_map.enterprise_code
    where insurance.year < year({{ as_of() }})

),

participating as (

    select distinct
        coalesce(employer_map.mapped_code, agreement.enterprise_code) as enterprise_code,
        cooperation_year.year
    from {{ ref('stg_cooperation_year') }} as cooperation_year
    inner join {{ ref('stg_cooperation_agreement') }} as agreement
        on cooperation_year.agreement_id = agreement.agreement_id
    left join {{ ref('int_employer_map') }} as employer_map
        on agreement.enterprise_code = employer_map.enterprise_code
    where cooperation_year.is_participating

),

-- rows of the enterprise itself before those of enterprises merged into it; of them the newest
ranked as (

    select
        insurance.policy_id,
        enterprise.size_class,
        row_number() over (
            partition by insurance.policy_id
            order by
                case when enterprise.enterprise_code = enterprise.mapped_code then 0 else 1 end asc,
                enterprise.year desc,
                enterprise.enterprise_code asc
        ) as best_first
    from insurance
    inner join {{ ref('int_enterprise_year') }} as enterprise
        on insurance.enterprise_code = enterprise.mapped_code and insurance.year >= enterprise.year

),

final as (

    select
        insurance.policy_id,
        insurance.enterprise_code,
        coalesce(ranked.size_class in ('micro', 'small', 'medium'), false)
        and participating.enterprise_code is not null as is_small
    from insurance
    left join ranked on insurance.policy_id = ranked.policy_id and ranked.best_first = 1
    left join participating
        on
            insurance.enterprise_code = participating.enterprise_code
            and insurance.year = participating.year

)

select * from final
