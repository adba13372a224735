{#- Hires of each employer, as a release of this run publishes them; kept also for employers too small to be named. -#}
with

policy as (

    select * from {{ ref('int_disclosure_policy') }}

),

{{ hires_in_rows() }}, -- noqa: LT02

counted as (

    select
        unit_id,
        count(*) as n,
        {{ key_number('publication_number') }} as key_number,
        {{ key_number('followed_number') }} as followed_key_number
    from hire
    group by unit_id

),

rounded as (

    select
        counted.*,
        {{ rounded_count('counted.n', 'counted.key_number', 'policy.rounding_base') }} as n_rounded
    from counted
    cross join policy

),

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
        coalesce(rounded.unit_id, standing.unit_id) as unit_id,
        rounded.key_number,
        rounded.followed_key_number,
        rounded.n_rounded,
        coalesce(standing.n, rounded.n_rounded) as n,
        coalesce(standing.release_number, {{ next_release_number() }}) as release_number
    from rounded
    full outer join standing on rounded.unit_id = standing.unit_id

),

final as (

    select
        united.*,
        {{ of_part_id('united.unit_id', 'enterprise_code') }}
    from united

)

select * from final
