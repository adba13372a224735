{#-
    A table of schema feedback with pay. `value` names the median that is compared with peers; a table of later pay has the
    column horizon_months.
-#}
{% macro published_pay_table(table_name, value, with_horizon=false) -%}
    select
        pay.scope,
        {{ published_codes('pay.') }},
        pay.cohort_from,
        pay.cohort_to,
        pay.measure,
        {{ 'pay.months as horizon_months,' if with_horizon }}
        pay.n,
        pay.p25,
        pay.p50,
        pay.p75,
        pay.adjusted as {{ value }},
        pay.adjusted_low as ci_low,
        pay.adjusted_high as ci_high,
        pay.share_floor,
        pay.share_cap,
        {{ beside_peers('pay.adjusted', 'pay.adjusted_low', 'pay.adjusted_high') }},
        pay.status
    from {{ ref('msr_published_pay') }} as pay
    left join {{ ref('msr_published_value') }} as value
        on
            pay.table_name = value.table_name
            and pay.measure = value.definition
            and pay.months = value.months
            and pay.scope = value.scope
            and pay.institution_code = value.institution_code
            and pay.program_code = value.program_code
            and pay.cohort_from = value.cohort_from
            and pay.cohort_to = value.cohort_to
            and value.is_last_of_block
    {{ with_peers('pay') }}
    where pay.table_name = '{{ table_name }}'
{%- endmacro %}
