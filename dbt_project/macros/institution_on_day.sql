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
