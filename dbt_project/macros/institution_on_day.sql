{#-
    Region class, division and province of each institution on each `day` of `relation`, one row per institution_code and on_day.
    If several periods include the day, the newest applies. If none does, the day has no row.
-#}
{% macro institution_on_day(relation, day) -%}
    select
        institution_code,
        on_day,
        region_class,
        region_code,
        province_code
    from (
        select
            institution_day.institution_code,
            institution_day.on_day,
            institution.region_class,
            institution.region_code,
            {{ province('institution.region_code') }} as province_code,
            row_number() over (
                partition by institution_day.institution_code, institution_day.on_day
                order by institution.valid_from desc
            ) as newest_first
        from (select distinct institution_code, {{ day }} as on_day from {{ relation }}) as institution_day
        inner join {{ ref('stg_institution') }} as institution
            on
                institution_day.institution_code = institution.institution_code
                and institution_day.on_day >= institution.valid_from
                and institution_day.on_day <= coalesce(institution.valid_to, institution_day.on_day)
    ) as candidate
    where newest_first = 1
{%- endmacro %}

{#-
    Area and region class of each institution in each `year` of `relation`, one row per institution_code and on_year: of
    the period valid on 31 December (of several the one that began last), else of the newest begun by then, else of the
    oldest. An institution without any period has no row. `periods` is the relation of the periods.
-#}
{% macro institution_in_year(relation, year='year', periods=none) -%}
    select
        institution_code,
        on_year,
        region_class,
        {{ area('region_code', 'area_digits') }} as area_code
    from (
        select
            placed.*,
            row_number() over (
                partition by institution_code, on_year
                order by
                    choice asc,
                    case when choice < 3 then valid_from end desc nulls last,
                    valid_from asc
            ) as best_first
        from (
            select
                institution_year.institution_code,
                institution_year.on_year,
                institution.region_class,
                institution.region_code,
                institution.valid_from,
                policy.area_digits,
                case
                    when
                        institution.valid_from <= institution_year.last_day
                        and coalesce(institution.valid_to, institution_year.last_day) >= institution_year.last_day
                        then 1
                    when institution.valid_from <= institution_year.last_day then 2
                    else 3
                end as choice
            from (
                select distinct
                    institution_code,
                    {{ year }} as on_year,
                    make_date(cast({{ year }} as int), 12, 31) as last_day
                from {{ relation }}
            ) as institution_year
            cross join {{ ref('int_policy') }} as policy
            inner join {{ periods or ref('stg_institution') }} as institution
                on institution_year.institution_code = institution.institution_code
        ) as placed
    ) as candidate
    where best_first = 1
{%- endmacro %}
