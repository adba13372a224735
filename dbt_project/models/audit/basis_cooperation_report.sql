with

policy as (

    select * from {{ ref('int_signal_policy') }}

),

report as (

    select
        cooperation_year.agreement_id,
        cooperation_year.year,
        agreement.institution_code,
        coalesce(employer_map.mapped_code, agreement.enterprise_code) as enterprise_code,
        cooperation_year.interns_hosted,
        cooperation_year.enterprise_teaching_hours,
        agreement.intern_places,
        coalesce(cooperation_year.interns_hosted, 0) > 0
        or coalesce(cooperation_year.enterprise_teaching_hours, 0) > 0
        or coalesce(cooperation_year.is_participating, false) as is_active
    from {{ ref('stg_cooperation_year') }} as cooperation_year
    inner join {{ ref('stg_cooperation_agreement') }} as agreement
        on cooperation_year.agreement_id = agreement.agreement_id
    left join {{ ref('int_employer_map') }} as employer_map
        on agreement.enterprise_code = employer_map.enterprise_code

),

equal as (

    select
        newest.agreement_id,
        newest.year,
        count(*) as n_equal
    from report as newest
    cross join policy
    inner join report as before
        on
            newest.agreement_id = before.agreement_id
            and newest.year >= before.year
            and newest.year - policy.copied_years < before.year
            and newest.interns_hosted = before.interns_hosted
            and newest.enterprise_teaching_hours = before.enterprise_teaching_hours
    where newest.interns_hosted > 0 or newest.enterprise_teaching_hours > 0
    group by newest.agreement_id, newest.year

),

final as (

    select
        report.agreement_id,
        report.institution_code,
        report.enterprise_code,
        report.year,
        report.is_active,
        coalesce(
            report.intern_places > 0 and report.interns_hosted > policy.places_factor * report.intern_places, false
        ) as is_above_places,
        coalesce(equal.n_equal >= policy.copied_years, false) as is_copied
    from report
    cross join policy
    left join equal on report.agreement_id = equal.agreement_id and report.year = equal.year

)

select * from final
