with

innovation_output as (

    select * from {{ ref('int_innovation_output') }}

),

followed as (

    select
        cell_id,
        count(*) as n,
        sum(end_month - graduation_month) as n_months
    from {{ ref('int_innovation_time') }}
    group by cell_id

),

exposure as (

    {{ rolled_sums('followed', [], ['n', 'n_months']) }}

),

-- an output with contributors from several program-cohorts of a roll-up counts once in the roll-up
rolled_output as (

    select
        rollup_cell.rollup_id,
        innovation_output.kind,
        innovation_output.output_id,
        sum(innovation_output.weight) as weight
    from innovation_output
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on innovation_output.cell_id = rollup_cell.cell_id
    group by rollup_cell.rollup_id, innovation_output.kind, innovation_output.output_id

),

-- no rows if outputs were never delivered: a rate of 0 would be wrong
delivered as (

    select distinct 1 as is_delivered
    from {{ ref('stg_innovation_output') }}

),

kind as (

    select listed.kind
    from (
        values
        ('invention_patent'), ('utility_patent'), ('design_patent'), ('technical_improvement'), ('award'), ('all')
    ) as listed (kind)

),

counted as (

    select
        exposure.rollup_id,
        kind.kind,
        exposure.n,
        cast(exposure.n_months as double) / 12.0 as graduate_years,
        count(rolled_output.output_id) as n_outputs,
        coalesce(sum(rolled_output.weight), 0.0) as weight,
        coalesce(sum(rolled_output.weight * rolled_output.weight), 0.0) as weight_squared
    from exposure
    cross join kind
    inner join delivered on true
    left join rolled_output
        on
            exposure.rollup_id = rolled_output.rollup_id
            and (kind.kind = rolled_output.kind or kind.kind = 'all')
    where exposure.n_months > 0
    group by exposure.rollup_id, kind.kind, exposure.n, exposure.n_months

),

-- shapes of the gamma distributions of Fay and Feuer; the upper one assumes one more output of weight 1
final as (

    select
        *,
        case when weight > 0 then round(weight * weight / weight_squared, 12) end as shape_low,
        round(power(weight + 1.0, 2) / (weight_squared + 1.0), 12) as shape_high
    from counted

)

select * from final
