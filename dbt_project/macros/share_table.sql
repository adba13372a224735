{#-
    CTEs counted, rolled, share_row, final: shares of the people in `person` (cell_id, keys, is_hit, weight) per
    roll-up, unweighted and weighted, with their Wilson intervals.
-#}
{% macro share_table(person, keys) -%}
    counted as (

        {{ share_counts(person, ['cell_id'] + keys) }}

    ),

    rolled as (

        {{ rolled_sums('counted', keys, ['n', 'n_hits'], ['sum_weight', 'sum_weight_hits', 'sum_weight_squared']) }}

    ),

    share_row as (

        {{ share_rows('rolled', ['rollup_id'] + keys) }}

    ),

    indicator as (

        {{ with_wilson('share_row', 'share', 'effective_n') }}

    )
{%- endmacro %}
