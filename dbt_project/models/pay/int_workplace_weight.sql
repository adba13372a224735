with

workplace as (

    select * from {{ ref('int_workplace') }}

),

-- all graduates with a workplace, per cohort and (cohort 0) over all cohorts
everybody as (

    select
        measure,
        cohort_year as cohort_or_all,
        province_code,
        count(*) as n
    from workplace
    group by measure, cohort_year, province_code
    union all
    select
        measure,
        0 as cohort_or_all,
        province_code,
        count(*) as n
    from workplace
    group by measure, province_code

),

share as (

    select
        measure,
        cohort_or_all,
        province_code,
        cast(n as double) / sum(n) over (partition by measure, cohort_or_all) as region_share
    from everybody

),

counted as (

    select
        rollup_member.rollup_id,
        workplace.measure,
        workplace.province_code,
        count(*) as n
    from workplace
    inner join {{ ref('int_rollup_member') }} as rollup_member on workplace.graduate_id = rollup_member.graduate_id
    group by rollup_member.rollup_id, workplace.measure, workplace.province_code

),

-- each province of the roll-up gets its share in the whole cohort; provinces without graduates of the roll-up are lost
final as (

    select
        counted.rollup_id,
        counted.measure,
        counted.province_code,
        share.region_share / counted.n as weight
    from counted
    left join {{ ref('int_rollup') }} as rolled on counted.rollup_id = rolled.rollup_id
    inner join share
        on
            coalesce(rolled.cohort_year, 0) = share.cohort_or_all
            and counted.measure = share.measure
            and counted.province_code = share.province_code

)

select * from final
