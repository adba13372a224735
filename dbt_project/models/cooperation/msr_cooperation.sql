with

part as (

    select * from {{ ref('int_cooperation_part') }}

),

policy as (

    select normal_quantile from {{ ref('int_policy') }}

),

-- an enterprise with agreements at two institutions counts once in the area: an area is not the sum of institutions
thing as (

    select distinct
        'institution' as scope,
        area_code,
        institution_code,
        year,
        indicator,
        counted_id,
        numerator,
        denominator
    from part
    union all
    select distinct
        'area' as scope,
        area_code,
        cast(null as string) as institution_code,
        year,
        indicator,
        counted_id,
        numerator,
        denominator
    from part
    where area_code is not null

),

summed as (

    select
        scope,
        area_code,
        institution_code,
        year,
        indicator,
        count(*) as n,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from thing
    group by scope, area_code, institution_code, year, indicator

),

rate as (

    select
        summed.*,
        summed.numerator / summed.denominator as value,
        -- only indicators that count single agreements or items have an interval
        case
            when summed.indicator in ('enterprise_participation', 'key_equipment_failure_count')
                then summed.numerator / summed.denominator
        end as share,
        policy.normal_quantile
    from summed
    cross join policy
    where summed.denominator > 0

),

final as (

    select
        scope,
        area_code,
        institution_code,
        cast(year as int) as year,
        indicator,
        n,
        numerator,
        denominator,
        value,
        case when share is not null then {{ wilson('share', 'n', 'normal_quantile', '-') }} end as ci_low,
        case when share is not null then {{ wilson('share', 'n', 'normal_quantile', '+') }} end as ci_high,
        'ok' as status
    from rate

)

select * from final
