with

graduation as (

    select distinct
        person_key,
        graduated_on,
        graduation_month
    from {{ ref('stg_graduate') }}

),

next_graduation as (

    select
        person_key,
        graduated_on,
        lead(graduation_month) over (partition by person_key order by graduated_on) as next_graduation_month
    from graduation

),

graduate as (

    select
        stg_graduate.person_key,
        stg_graduate.institution_code,
        stg_graduate.graduation_month,
        next_graduation.next_graduation_month
    from {{ ref('stg_graduate') }} as stg_graduate
    inner join next_graduation
        on
            stg_graduate.person_key = next_graduation.person_key
            and stg_graduate.graduated_on = next_graduation.graduated_on

),

source_system as (

    select * from {{ ref('stg_source_system') }}
    where record_type = 'employment_month'

),

n_sources as (

    select count(distinct counted_as) as n from source_system

),

-- rows of the first months after graduation, up to the next graduation; a single source needs no comparison
first_month as (

    select
        graduate.institution_code,
        source_system.counted_as,
        count(*) as n
    from {{ ref('stg_delivered_month') }} as delivered_month
    inner join source_system on delivered_month.source_id = source_system.source_id
    inner join graduate on delivered_month.person_key = graduate.person_key
    cross join {{ ref('int_policy') }} as policy
    inner join n_sources on n_sources.n > 1
    where
        delivered_month.insured_month >= graduate.graduation_month
        and delivered_month.insured_month < graduate.graduation_month + policy.source_share_months
        and delivered_month.insured_month <= {{ month_number('source_system.observed_through') }}
        and (
            graduate.next_graduation_month is null
            or delivered_month.insured_month < graduate.next_graduation_month
        )
    group by graduate.institution_code, source_system.counted_as

),

share as (

    select
        institution_code,
        counted_as,
        n / cast(sum(n) over (partition by institution_code) as double) as share_of_months
    from first_month

),

institution as (

    select institution_code from {{ ref('stg_graduate') }}
    union distinct
    select institution_code from {{ ref('stg_cooperation_agreement') }}

),

source as (

    select
        counted_as,
        max(case when is_in_service then 1 else 0 end) = 1 as is_in_service
    from source_system
    group by counted_as

),

-- without any months of its graduates an institution rests on all sources in service
final as (

    select
        institution.institution_code,
        source.counted_as,
        source.is_in_service
    from institution
    cross join source
    cross join {{ ref('int_policy') }} as policy
    left join share
        on
            institution.institution_code = share.institution_code
            and source.counted_as = share.counted_as
    where
        share.share_of_months >= policy.min_source_share
        or (
            source.is_in_service
            and institution.institution_code not in (select first_month.institution_code from first_month)
        )

)

select * from final
