{#- Whether a job of these months may have ended at `horizon`, because open months follow its last insured month. -#}
{% macro may_have_ended(months, n_open_after, horizon) -%}
    {{ months }} <= {{ horizon }} and {{ months }} + {{ n_open_after }} > {{ horizon }}
{%- endmacro %}
