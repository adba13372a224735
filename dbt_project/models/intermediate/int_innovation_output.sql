with

graduate as (

    select * from {{ ref('int_graduate') }}

),

innovation_output as (

    select * from {{ ref('stg_innovation_output') }}

),

policy as (

    select
        int_policy.innovation_months,
        {{ month_number('int_observation.as_of') }} as as_of_month
    from {{ ref('int_policy') }} as int_policy
    cross join {{ ref('int_observation') }} as int_observation

),

-- whole months only: an output of a month not yet over has no time beside it
followed as (

    select
        graduate.*,
        least(
            graduate.graduation_month + policy.innovation_months,
            policy.as_of_month,
            coalesce(graduate.next_graduation_month, policy.as_of_month)
        ) as end_month
    from graduate
    cross join policy

),

-- of an output with several graduates of one program-cohort the shares add up to one weight
final as (

    select
        followed.institution_code,
        followed.program_code,
        followed.cohort_year,
        innovation_output.kind,
        innovation_output.output_id,
        sum(1.0 / cast(innovation_output.n_contributors as double)) as weight
    from innovation_output
    inner join followed
        on
            innovation_output.person_key = followed.person_key
            and {{ month_number('innovation_output.granted_on') }} >= followed.graduation_month
            and {{ month_number('innovation_output.granted_on') }} < followed.end_month
    where innovation_output.n_contributors > 0
    group by
        followed.institution_code,
        followed.program_code,
        followed.cohort_year,
        innovation_output.kind,
        innovation_output.output_id

)

select * from final
