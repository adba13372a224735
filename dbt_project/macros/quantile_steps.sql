{#-
    CTEs step_1 … step_<steps>: Newton's method for ln P(shape, x) = ln(probability), solved for ln x. It starts from
    step_0 (shape, probability, log_x). `term` holds shape, number and ln Γ(shape + number + 1) of the series of P.
-#}
{% macro quantile_steps(steps) -%}
{% for i in range(steps) %}
    step_{{ i + 1 }} as (

        select
            shape,
            probability,
            log_x - (ln(sum(addend)) - ln(probability)) * sum(addend)
            / (shape * max(case when number = 0 then addend end)) as log_x
        from (
            select
                here.shape,
                here.probability,
                here.log_x,
                term.number,
                exp((here.shape + term.number) * here.log_x - exp(here.log_x) - term.log_gamma) as addend
            from step_{{ i }} as here
            inner join term on here.shape = term.shape
        ) as series
        group by shape, probability, log_x

    ){{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}
