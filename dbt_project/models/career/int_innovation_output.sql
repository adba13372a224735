with

innovation_output as (

    select * from {{ ref('stg_innovation_output') }}

),

followed as (

    select * from {{ ref('int_innovation_time') }}

),

-- an output with several contributors from one program-cohort gets the sum of their shares as weight
final as (

    select
        followed.cell_id,
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
        followed.cell_id,
        innovation_output.kind,
        innovation_output.output_id

)

select * from final
