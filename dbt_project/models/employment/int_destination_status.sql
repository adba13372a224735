with

destination as (

    select * from {{ ref('int_destination') }}

),

formula as (

    select * from {{ ref('stg_policy_destination_formula') }}

),

definition as (

    select distinct
        definition,
        until_month,
        until_day
    from formula

),

final as (

    select
        destination.graduate_id,
        0 as wave_months,
        definition.definition,
        formula.destination is not null as is_hit,
        destination.is_comparable
    from destination
    inner join definition
        on
            destination.until_month = definition.until_month
            and destination.until_day = definition.until_day
    left join formula
        on
            definition.definition = formula.definition
            and destination.destination = formula.destination

)

select * from final
