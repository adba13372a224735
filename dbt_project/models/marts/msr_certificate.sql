{% set cell = ['institution_code', 'program_code', 'cohort_year', 'phase'] %}
with

certificate as (

    select * from {{ ref('int_certificate') }}

),

policy as (

    select normal_quantile from {{ ref('int_policy') }}

),

-- without any delivery nothing could be seen: no row, rather than a share of 0
delivered as (

    select distinct 1 as is_delivered
    from {{ ref('stg_skill_certificate') }}

),

phase as (

    select told.phase
    from (values ('during_studies'), ('since_graduation')) as told (phase)

),

size as (

    select
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        phase.phase,
        count(*) as n
    from {{ ref('int_graduate') }} as graduate
    cross join phase
    inner join delivered on true
    group by graduate.institution_code, graduate.program_code, graduate.cohort_year, phase.phase

),

examined as (

    select
        {{ cell | join(', ') }},
        count(*) as n,
        cast(sum(case when passed then 1 else 0 end) as bigint) as n_passed,
        count(distinct case when passed then graduate_id end) as n_holders
    from certificate
    group by {{ cell | join(', ') }}

),

counted as (

    select
        {{ cell | join(', ') }},
        'passed' as measure,
        n,
        n_passed as n_hits
    from examined
    union all
    select
        size.institution_code,
        size.program_code,
        size.cohort_year,
        size.phase,
        'holders' as measure,
        size.n,
        coalesce(examined.n_holders, 0) as n_hits
    from size
    left join examined
        on
            size.institution_code = examined.institution_code
            and size.program_code = examined.program_code
            and size.cohort_year = examined.cohort_year
            and size.phase = examined.phase

),

rate as (

    select
        *,
        cast(n_hits as double) / n as share
    from counted

),

final as (

    select
        rate.*,
        {{ wilson('rate.share', 'rate.n', 'policy.normal_quantile', '-') }} as ci_low,
        {{ wilson('rate.share', 'rate.n', 'policy.normal_quantile', '+') }} as ci_high,
        'ok' as status
    from rate
    cross join policy

)

select * from final
