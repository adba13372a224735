{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

status as (

    select
        graduate_id,
        wave_months,
        definition,
        is_hit,
        weight,
        true as is_comparable
    from {{ ref('int_employment_status') }}
    union all
    select
        graduate_id,
        wave_months,
        definition,
        is_hit,
        cast(null as double) as weight,
        is_comparable
    from {{ ref('int_destination_status') }}

),

person as (

    select
        status.*,
        graduate_cell.cell_id
    from status
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on status.graduate_id = graduate_cell.graduate_id

),

{{ share_table('person', ['wave_months', 'definition', 'is_comparable']) }}, -- noqa: LT02

withheld as (

    select
        rollup_id,
        wave_months,
        definition,
        weighting,
        n,
        is_comparable,
        case when is_comparable then share end as share,
        case when is_comparable then ci_low end as ci_low,
        case when is_comparable then ci_high end as ci_high,
        case when is_comparable then status else 'not_comparable' end as status
    from indicator

),

-- only a program-cohort says that it is not comparable; sums leave it out
final as (

    {{ with_rollup('withheld', [
        'wave_months', 'definition', 'weighting', 'n', 'share', 'ci_low', 'ci_high', 'status'
    ]) }}
    where withheld.is_comparable or (rollup.scope = 'program' and rollup.cohort_year is not null)

)

select * from final
