{#-
    CTEs statistics, given, indicator: quartiles and mean of the pay `value` of the people in `person` (is_at_floor,
    is_at_cap) per `keys` (which include measure). A quartile is withheld if it falls among the people at a limit of the
    contribution base. The mean is withheld if too many people are at a limit. `uncertain` is a column: 1 for people
    whose first job may have begun in an open month. If they are too many, the row is not observed.
-#}
{% macro pay_statistics(person, keys, value, uncertain='0') -%}
    statistics as (

        select
            {{ keys | join(', ') }},
            count(*) as n,
            sum(is_at_floor) as n_floor,
            sum(is_at_cap) as n_cap,
            sum({{ uncertain }}) as n_uncertain,
            {{ quartiles(value) }} as quartiles,
            avg({{ value }}) as mean
        from {{ person }}
        group by {{ keys | join(', ') }}

    ),

    given as (

        select
            {% for key in keys -%}
                statistics.{{ key }},
            {% endfor -%}
            statistics.n,
            statistics.n_uncertain <= round(policy.max_uncertain_share * statistics.n, 6) as is_observed,
            {% for share in (0.25, 0.5, 0.75) -%}
                case
                    when
                        statistics.n_uncertain <= round(policy.max_uncertain_share * statistics.n, 6)
                        and {{ share }} * statistics.n > statistics.n_floor
                        and {{ share }} * statistics.n < statistics.n - statistics.n_cap
                        then {{ quartile('statistics.quartiles', loop.index) }}
                end as p{{ (share * 100) | int }},
            {% endfor -%}
            case
                when
                    statistics.n_uncertain <= round(policy.max_uncertain_share * statistics.n, 6)
                    and statistics.n_floor + statistics.n_cap <= policy.limit_share_max * statistics.n
                    then statistics.mean
            end as mean,
            case when statistics.measure = 'register' then cast(statistics.n_floor as double) / statistics.n end
                as share_floor,
            case when statistics.measure = 'register' then cast(statistics.n_cap as double) / statistics.n end
                as share_cap
        from statistics
        cross join {{ ref('int_policy') }} as policy

    ),

    indicator as (

        select
            *,
            case
                when not is_observed then 'not_observed'
                when p50 is null then 'not_comparable'
                else 'ok'
            end as status
        from given

    )
{%- endmacro %}
