{#- The rank of a job report among those of one employer that cover the same month: 1 began last (a renewed contract). -#}
{% macro newest_report_first(month_keys, report) -%}
    row_number() over (
        partition by {{ month_keys }}, {{ report }}.reported_employer
        order by {{ report }}.started_on desc
    )
{%- endmacro %}
