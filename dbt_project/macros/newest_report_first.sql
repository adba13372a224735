{#- Rank of a job report among those of one employer and month. Rank 1 began last, as with a renewed contract. -#}
{% macro newest_report_first(month_keys, report) -%}
    row_number() over (
        partition by {{ month_keys }}, {{ report }}.reported_employer
        order by {{ report }}.started_on desc
    )
{%- endmacro %}
