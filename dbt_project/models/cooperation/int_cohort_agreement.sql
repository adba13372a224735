with

program_cohort as (

    select * from {{ ref('int_program_cohort') }}

),

agreement as (

    select * from {{ ref('stg_cooperation_agreement') }}

),

cooperation_mode as (

    select mode from {{ ref('stg_policy_cooperation_mode') }}
    where is_cooperative

),

employer_map as (

    select * from {{ ref('int_employer_map') }}

),

policy as (

    select cooperation_min_days from {{ ref('int_policy') }}

),

final as (

    select distinct
        program_cohort.institution_code,
        program_cohort.program_code,
        program_cohort.cohort_year,
        agreement.mode,
        coalesce(employer_map.mapped_code, agreement.enterprise_code) as enterprise_code
    from program_cohort
    cross join policy
    inner join agreement
        on
            program_cohort.institution_code = agreement.institution_code
            and program_cohort.program_code = coalesce(agreement.program_code, program_cohort.program_code)
    inner join cooperation_mode on agreement.mode = cooperation_mode.mode
    left join employer_map on agreement.enterprise_code = employer_map.enterprise_code
    where
        {{ days_between(
            'greatest(agreement.starts_on, program_cohort.enrolled_on)',
            'least(coalesce(agreement.ends_on, program_cohort.graduated_on), program_cohort.graduated_on)'
        ) }} >= policy.cooperation_min_days

)

select * from final
