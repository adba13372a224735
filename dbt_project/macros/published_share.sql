{#-
    A share of n people as it is published: a percentage without decimals below `fine_from` people, with one decimal from
    there on, rounded half up.
-#}
{% macro published_share(share, n, fine_from) -%}
    case
        when {{ n }} < {{ fine_from }} then cast(floor(round({{ share }} * 100.0, 9) + 0.5) as double) / 100.0
        else cast(floor(round({{ share }} * 1000.0, 9) + 0.5) as double) / 1000.0
    end
{%- endmacro %}

{#- An end of an interval of n people in the digits of published_share, rounded outwards and within 0 and 1. -#}
{% macro outwards(value, n, fine_from, side) -%}
    {%- set rounds, limits = ('floor', 'greatest(0.0, ') if side == '-' else ('ceil', 'least(1.0, ') -%}
    {{ limits }}case
        when {{ n }} < {{ fine_from }} then cast({{ rounds }}(round({{ value }} * 100.0, 9)) as double) / 100.0
        else cast({{ rounds }}(round({{ value }} * 1000.0, 9)) as double) / 1000.0
    end)
{%- endmacro %}

{#-
    One end of the interval of a share k / n of rounded counts: all p with (k - n p)^2 <= z^2 (f n p (1 - p) + v). `v` is
    the variance of rounding, `f` the growth of the variance by censoring. docs/methods.md, Publication.
-#}
{% macro rounded_interval(k, n, v, z, side, f='1.0') -%}
    (
        2.0 * {{ k }} * {{ n }} + {{ z }} * {{ z }} * {{ f }} * {{ n }}
        {{ side }} sqrt(
            power(2.0 * {{ k }} * {{ n }} + {{ z }} * {{ z }} * {{ f }} * {{ n }}, 2)
            - 4.0 * ({{ n }} * {{ n }} + {{ z }} * {{ z }} * {{ f }} * {{ n }})
            * ({{ k }} * {{ k }} - {{ z }} * {{ z }} * {{ v }})
        )
    ) / (2.0 * ({{ n }} * {{ n }} + {{ z }} * {{ z }} * {{ f }} * {{ n }}))
{%- endmacro %}

{#-
    Greenwood's variance of n (1 - S) divided by that of a share without censoring: at least 1, rounded up to .1. `k` and
    `rounded_n` are the rounded counts. Where they say nobody or everybody it is 1: a wider interval would say that it is
    not quite nobody, that is, 1 to 4 people.
-#}
{% macro variance_growth(n, survival, greenwood_sum, k, rounded_n) -%}
    case
        when {{ k }} > 0 and {{ k }} < {{ rounded_n }}
            then greatest(
                1.0,
                cast(ceil(round(10.0 * {{ n }} * {{ survival }} * {{ greenwood_sum }} / (1.0 - {{ survival }}), 9)) as double)
                / 10.0
            )
        else 1.0
    end
{%- endmacro %}
