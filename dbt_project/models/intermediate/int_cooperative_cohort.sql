with

graduate as (

    select
        *,
        row_number() over (
            partition by institution_code, program_code, cohort_year order by enrolled_on
        ) as enrolled_rank,
        row_number() over (
            partition by institution_code, program_code, cohort_year order by graduated_on
        ) as graduated_rank,
        count(*) over (partition by institution_code, program_code, cohort_year) as n_graduates
    from {{ ref('int_graduate') }}

),

agreement as (

    select * from {{ ref('stg_cooperation_agreement') }}

),

cooperation_mode as (

    select mode from {{ ref('stg_policy_cooperation_mode') }}
    where is_cooperative

),

policy as (

    select cooperation_min_days from {{ ref('int_policy') }}

),

-- the lower median date: of 2k people the k-th
program_cohort as (

    select
        institution_code,
        program_code,
        cohort_year,
        max(n_graduates) as n_graduates,
        max(case when enrolled_rank = floor((n_graduates + 1) / 2.0) then enrolled_on end) as enrolled_on,
        max(case when graduated_rank = floor((n_graduates + 1) / 2.0) then graduated_on end) as graduated_on
    from graduate
    group by institution_code, program_code, cohort_year

),

final as (

    select distinct
        program_cohort.institution_code,
        program_cohort.program_code,
        program_cohort.cohort_year,
        agreement.mode
    from program_cohort
    cross join policy
    inner join agreement
        on
            program_cohort.institution_code = agreement.institution_code
            and program_cohort.program_code = coalesce(agreement.program_code, program_cohort.program_code)
    inner join cooperation_mode on agreement.mode = cooperation_mode.mode
    where
        {{ days_between(
            'greatest(agreement.starts_on, program_cohort.enrolled_on)',
            'least(coalesce(agreement.ends_on, program_cohort.graduated_on), program_cohort.graduated_on)'
        ) }} >= policy.cooperation_min_days

)

select * from final
