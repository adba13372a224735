{#- Hires of each employer, as a release of this run publishes them; kept also for employers too small to be named. -#}
with

policy as (

    select * from {{ ref('int_disclosure_policy') }}

),

{{ hires_in_rows() }}, -- noqa: LT02

standing as (

    select
        unit_id,
        max(release_number) as release_number,
        cast(max(number_value) as bigint) as n
    from {{ ref('int_standing_number') }}
    where unit_family = 'hire' and kind = 'size'
    group by unit_id

),

united as (

    select
        coalesce(counted.unit_id, standing.unit_id) as unit_id,
        coalesce(standing.n, counted.n_rounded) as n,
        coalesce(standing.release_number, {{ next_release_number() }}) as release_number
    from counted
    full outer join standing on counted.unit_id = standing.unit_id

),

final as (

    select
        united.*,
        {{ of_part_id('united.unit_id', 'enterprise_code') }}
    from united

)

select * from final
