with

currency as (

    select * from {{ ref('msr_curriculum_currency') }}
    where scope in ('area', 'institution', 'program')

),

program as (

    select
        currency.institution_code,
        currency.year,
        institution_year.area_code,
        case when currency.months_since_new_version <= policy.renewed_months then 1 else 0 end as is_renewed
    from currency
    cross join {{ ref('int_light_policy') }} as policy
    left join {{ ref('basis_institution_year') }} as institution_year
        on
            currency.institution_code = institution_year.institution_code
            and currency.year = institution_year.year
    where currency.scope = 'program'

),

renewed as (

    select
        'institution' as scope,
        cast(null as string) as area_code,
        institution_code,
        year,
        count(*) as n,
        avg(cast(is_renewed as double)) as value
    from program
    group by institution_code, year
    union all
    select
        'area' as scope,
        area_code,
        cast(null as string) as institution_code,
        year,
        count(*) as n,
        avg(cast(is_renewed as double)) as value
    from program
    where area_code is not null
    group by area_code, year

),

final as (

    {% for indicator, column in {
        'co_developed_hours': 'share_hours_co_developed',
        'hours_changed': 'share_hours_changed',
        'months_since_new_version': 'months_since_new_version',
    }.items() %}
        select
            scope,
            area_code,
            institution_code,
            program_code,
            year,
            '{{ indicator }}' as indicator,
            n,
            cast({{ column }} as double) as value,
            cast(null as double) as ci_low,
            cast(null as double) as ci_high,
            status
        from currency
        union all
    {% endfor %}
    select
        renewed.scope,
        renewed.area_code,
        renewed.institution_code,
        cast(null as string) as program_code,
        renewed.year,
        'programs_renewed' as indicator,
        renewed.n,
        renewed.value,
        {{ wilson('renewed.value', 'renewed.n', 'policy.normal_quantile', '-') }} as ci_low,
        {{ wilson('renewed.value', 'renewed.n', 'policy.normal_quantile', '+') }} as ci_high,
        'ok' as status
    from renewed
    cross join {{ ref('int_policy') }} as policy

)

select * from final
