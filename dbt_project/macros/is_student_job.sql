{#- Whether a spell begun before graduation ends too soon after it to be more than a student job. -#}
{% macro is_student_job(spell, graduate, policy) -%}
    (
        {{ spell }}.is_begun_before_graduation
        and {{ spell }}.end_month <= {{ graduate }}.graduation_month + {{ policy }}.student_job_months
    )
{%- endmacro %}
