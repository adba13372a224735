with

policy as (

    select * from {{ ref('int_policy') }}

),

unit as (

    select * from {{ ref('int_skill_unit') }}

),

-- certificates and soft skills are no matter of a single course
demanded as (

    select * from {{ ref('int_skill_gap') }}
    where kind not in ('certificate', 'soft')

),

-- of the demand, what is covered; each skill counts with its share of the postings, so that coverage rests on as many
-- demands as n_eff postings name
by_demand as (

    select
        institution_code,
        program_code,
        year,
        sum(case when covered then share else 0.0 end) / sum(share) as coverage,
        max(n_eff) * least(1.0, sum(share)) as n_named
    from demanded
    group by institution_code, program_code, year

),

by_hours as (

    select * from {{ ref('int_skill_hours') }}

),

final as (

    {% for weighting, relation in [('unweighted', 'by_demand'), ('hours', 'by_hours')] %}
        select
            unit.institution_code,
            unit.program_code,
            unit.year,
            '{{ weighting }}' as weighting,
            unit.n_postings,
            case when unit.status = 'ok' then {{ relation }}.coverage end as coverage,
            {% for end, side in [('ci_low', '-'), ('ci_high', '+')] %}
                {% if weighting == 'unweighted' %}
                    case
                        when unit.status = 'ok' and {{ relation }}.coverage is not null
                            then {{ wilson('by_demand.coverage', 'by_demand.n_named', 'policy.normal_quantile', side) }}
                    end as {{ end }},
                {% else %}
                    cast(null as double) as {{ end }},
                {% endif %}
            {% endfor %}
            case
                when unit.status = 'ok' and {{ relation }}.coverage is null
                    then '{{ 'too_few' if weighting == 'unweighted' else 'not_observed' }}'
                else unit.status
            end as status
        from unit
        cross join policy
        left join {{ relation }}
            on
                unit.institution_code = {{ relation }}.institution_code
                and unit.program_code = {{ relation }}.program_code
                and unit.year = {{ relation }}.year
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
