with

report as (

    select * from {{ ref('basis_cooperation_report') }}

),

reported_year as (

    select distinct year from {{ ref('stg_cooperation_year') }}

),

delivered as (

    select distinct
        agreement_id,
        year(due_on) as year
    from {{ ref('stg_equipment_investment') }}
    where status = 'delivered'

),

final as (

    select
        agreement.agreement_id,
        agreement.institution_code,
        coalesce(employer_map.mapped_code, agreement.enterprise_code) as enterprise_code,
        reported_year.year
    from {{ ref('stg_cooperation_agreement') }} as agreement
    inner join reported_year
        on
            agreement.starts_on <= make_date(cast(reported_year.year as int), 1, 1)
            and coalesce(agreement.ends_on, make_date(cast(reported_year.year as int), 12, 31))
            >= make_date(cast(reported_year.year as int), 12, 31)
    left join {{ ref('int_employer_map') }} as employer_map
        on agreement.enterprise_code = employer_map.enterprise_code
    left join report
        on agreement.agreement_id = report.agreement_id and reported_year.year = report.year and report.is_active
    left join delivered on agreement.agreement_id = delivered.agreement_id and reported_year.year = delivered.year
    where agreement.mode <> 'research' and report.agreement_id is null and delivered.agreement_id is null

)

select * from final
