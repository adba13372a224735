with

graduate as (

    select * from {{ ref('int_graduate') }}

),

skill_certificate as (

    select
        *,
        {{ month_number('examined_on') }} as examined_month
    from {{ ref('stg_skill_certificate') }}

),

-- examinations during the studies and later ones are separate phases, never added up
final as (

    select
        graduate.graduate_id,
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        case
            when skill_certificate.examined_month >= graduate.graduation_month then 'since_graduation'
            else 'during_studies'
        end as phase,
        skill_certificate.certificate_code,
        skill_certificate.examined_on,
        skill_certificate.passed
    from graduate
    inner join skill_certificate
        on
            graduate.person_key = skill_certificate.person_key
            and graduate.enrolled_on <= skill_certificate.examined_on
            and coalesce(graduate.next_graduation_month, skill_certificate.examined_month + 1)
            > skill_certificate.examined_month

)

select * from final
