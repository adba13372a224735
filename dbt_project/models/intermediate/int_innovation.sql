with

graduate as (

    select * from {{ ref('int_graduate') }}

),

innovation_output as (

    select * from {{ ref('int_innovation_output') }}

),

policy as (

    select
        int_policy.innovation_months,
        {{ month_number('int_observation.as_of') }} as as_of_month
    from {{ ref('int_policy') }} as int_policy
    cross join {{ ref('int_observation') }} as int_observation

),

exposure as (

    select
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        count(*) as n,
        cast(sum(
            least(
                graduate.graduation_month + policy.innovation_months,
                policy.as_of_month,
                coalesce(graduate.next_graduation_month, policy.as_of_month)
            ) - graduate.graduation_month
        ) as double) / 12.0 as graduate_years
    from graduate
    cross join policy
    where graduate.graduation_month < policy.as_of_month
    group by graduate.institution_code, graduate.program_code, graduate.cohort_year

),

-- without any delivery nothing could be seen: no row, rather than a rate of 0
delivered as (

    select distinct 1 as is_delivered
    from {{ ref('stg_innovation_output') }}

),

kind as (

    select told.kind
    from (
        values
        ('invention_patent'), ('utility_patent'), ('design_patent'), ('technical_improvement'), ('award'), ('all')
    ) as told (kind)

),

counted as (

    select
        exposure.institution_code,
        exposure.program_code,
        exposure.cohort_year,
        kind.kind,
        exposure.n,
        exposure.graduate_years,
        count(innovation_output.output_id) as n_outputs,
        coalesce(sum(innovation_output.weight), 0.0) as weight,
        coalesce(sum(innovation_output.weight * innovation_output.weight), 0.0) as weight_squared
    from exposure
    cross join kind
    inner join delivered on true
    left join innovation_output
        on
            exposure.institution_code = innovation_output.institution_code
            and exposure.program_code = innovation_output.program_code
            and exposure.cohort_year = innovation_output.cohort_year
            and (kind.kind = innovation_output.kind or kind.kind = 'all')
    where exposure.graduate_years > 0
    group by
        exposure.institution_code,
        exposure.program_code,
        exposure.cohort_year,
        kind.kind,
        exposure.n,
        exposure.graduate_years

),

-- shapes of the gamma distributions of Fay and Feuer; one more output could weigh 1
final as (

    select
        *,
        case when weight > 0 then round(weight * weight / weight_squared, 12) end as shape_low,
        round(power(weight + 1.0, 2) / (weight_squared + 1.0), 12) as shape_high
    from counted

)

select * from final
