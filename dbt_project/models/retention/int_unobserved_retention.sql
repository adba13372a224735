with

uncertain as (

    select * from {{ ref('int_uncertain_month') }}

),

rolled as (

    {{ rolled_sums('uncertain', ['months'], ['n_uncertain_start', 'n_uncertain_end'], with_employers=true) }}

),

counted as (

    select
        rollup_id,
        sum(n_leaving) as n
    from {{ ref('int_retention_duration') }}
    group by rollup_id

),

final as (

    select
        rolled.rollup_id,
        rolled.months
    from rolled
    cross join {{ ref('int_policy') }} as policy
    inner join counted on rolled.rollup_id = counted.rollup_id
    where greatest(rolled.n_uncertain_start, rolled.n_uncertain_end) > round(policy.max_uncertain_share * counted.n, 6)

)

select * from final
