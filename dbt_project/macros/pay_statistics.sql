{#-
    CTEs statistics, given, final: quartiles and mean of the pay `value` of the people in `person` (is_at_floor, is_at_cap)
    per `keys` (measure among them), withheld where too many sit at a limit of the contribution base.
-#}
{% macro pay_statistics(person, keys, value) -%}
    statistics as (

        select
            {{ keys | join(', ') }},
            count(*) as n,
            sum(is_at_floor) as n_floor,
            sum(is_at_cap) as n_cap,
            percentile_cont(0.25) within group (order by {{ value }}) as p25,
            percentile_cont(0.50) within group (order by {{ value }}) as p50,
            percentile_cont(0.75) within group (order by {{ value }}) as p75,
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
            {{ percentile_within_limits('statistics', 'p25', 0.25) }} as p25,
            {{ percentile_within_limits('statistics', 'p50', 0.5) }} as p50,
            {{ percentile_within_limits('statistics', 'p75', 0.75) }} as p75,
            case
                when statistics.n_floor + statistics.n_cap <= policy.limit_share_max * statistics.n then statistics.mean
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
            case when p50 is null then 'not_comparable' else 'ok' end as status
        from given

    )
{%- endmacro %}
