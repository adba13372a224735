{#-
    The value at cumulative weight `at` of the rows of one group, each of which sits at the middle of its weight:
    `standing` is its share of cumulative weight, next_standing and next_pay are those of the next row. With equal weights
    and at = 0.5 this is the usual median.
-#}
{% macro weighted_quantile(at) -%}
    max(
        case
            when place = 1 and standing >= {{ at }} then pay_cny
            when standing < {{ at }} and next_standing is null then pay_cny
            when standing < {{ at }} and next_standing >= {{ at }}
                then pay_cny + (next_pay - pay_cny) * ({{ at }} - standing) / (next_standing - standing)
        end
    )
{%- endmacro %}
