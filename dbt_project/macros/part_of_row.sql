{#-
    Parts of rows: an employer among the hires of a program, a category among its workplaces. The name of a part is the
    name of its row and, last, its own; both are the same in every run. A part is a unit that changes on its own.
-#}
{% macro part_row_id(relation, scope=none) -%}
    concat_ws(
        '|', {{ "'" ~ scope ~ "'" if scope else relation ~ '.scope' }},
        coalesce({{ relation }}.institution_code, ''), coalesce({{ relation }}.program_code, ''),
        cast({{ relation }}.cohort_from as string), cast({{ relation }}.cohort_to as string)
    )
{%- endmacro %}

{% macro part_id(relation, part) -%}
    concat({{ part_row_id(relation) }}, '|', {{ part }})
{%- endmacro %}

{#- The columns of a row and the name of its part, from the name of the part. -#}
{% macro of_part_id(id, part) -%}
    split_part({{ id }}, '|', 1) as scope,
    nullif(split_part({{ id }}, '|', 2), '') as institution_code,
    nullif(split_part({{ id }}, '|', 3), '') as program_code,
    cast(split_part({{ id }}, '|', 4) as int) as cohort_from,
    cast(split_part({{ id }}, '|', 5) as int) as cohort_to,
    split_part({{ id }}, '|', 6) as {{ part }}
{%- endmacro %}

{#-
    CTE hire: each hire in the rows of its program, its institution and its employer, with their `unit_id`.
    CTE counted: their rounded number by `unit_id`, from the CTE policy.
-#}
{% macro hires_in_rows() -%}
    {%- set scopes = {
        'program': ['institution_code', 'program_code'], 'institution': ['institution_code'], 'employer': []
    } -%}
    row_of_hire as (

        {% for scope, codes in scopes.items() -%}
            select
                '{{ scope }}' as scope,
                {% for code in ['institution_code', 'program_code'] -%}
                    {{ code if code in codes else 'cast(null as string) as ' ~ code }},
                {% endfor -%}
                enterprise_code,
                cohort_from,
                cohort_to,
                months,
                is_event,
                follow_up_months,
                is_after_open_month,
                n_open_after,
                publication_number,
                followed_number
            from {{ ref('int_hire') }}
            {{ 'union all' if not loop.last }}
        {% endfor %}

    ),

    hire as (

        select
            {{ part_id('row_of_hire', 'row_of_hire.enterprise_code') }} as unit_id,
            row_of_hire.*
        from row_of_hire

    ),

    key_of_hires as (

        select
            unit_id,
            count(*) as n,
            {{ key_number('publication_number') }} as key_number,
            {{ key_number('followed_number') }} as followed_key_number
        from hire
        group by unit_id

    ),

    counted as (

        select
            key_of_hires.*,
            {{ rounded_count('key_of_hires.n', 'key_of_hires.key_number', 'policy.rounding_base') }} as n_rounded
        from key_of_hires
        cross join policy

    )
{%- endmacro %}
