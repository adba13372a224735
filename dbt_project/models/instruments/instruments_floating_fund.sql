{{ config(alias='floating_fund') }}
with

area as (

    select * from {{ ref('lights_light') }}
    where scope = 'area' and index is not null

),

base as (

    select
        institution_year.area_code,
        allocation_base.year,
        sum({{ money('allocation_base.base_cny') }}) as base_cny
    from {{ ref('stg_allocation_base') }} as allocation_base
    inner join {{ ref('basis_institution_year') }} as institution_year
        on
            allocation_base.institution_code = institution_year.institution_code
            and allocation_base.year = institution_year.year
    group by institution_year.area_code, allocation_base.year

),

ranked as (

    select
        area.area_code,
        area.year,
        area.index,
        area.light,
        1 + sum(case when {{ is_above('other.index', 'area.index') }} then 1 else 0 end) as place,
        count(*) as n_areas
    from area
    inner join area as other on area.year = other.year
    group by area.area_code, area.year, area.index, area.light

),

rewarded as (

    select
        ranked.*,
        cast(ceil(policy.fund_top_percent * ranked.n_areas / 100.0) as bigint) as n_rewarded,
        policy.fund_share
    from ranked
    cross join {{ ref('int_instrument_policy') }} as policy

),

final as (

    select
        rewarded.area_code,
        rewarded.year,
        rewarded.index,
        cast(rewarded.place as bigint) as rank,
        rewarded.n_areas,
        rewarded.n_rewarded,
        rewarded.place <= rewarded.n_rewarded and rewarded.light <> 'red' as is_rewarded,
        cast(base.base_cny as decimal(18, 2)) as base_cny,
        case
            when base.base_cny is null then null
            when rewarded.place <= rewarded.n_rewarded and rewarded.light <> 'red'
                then {{ money_times('cast(base.base_cny as decimal(18, 2))', 'rewarded.fund_share') }}
            else cast(0 as decimal(18, 2))
        end as fund_cny
    from rewarded
    left join base on rewarded.area_code = base.area_code and rewarded.year = base.year

)

select * from final
