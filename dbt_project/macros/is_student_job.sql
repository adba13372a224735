{#- Whether a spell is a student job: it began before graduation and ends soon after graduation. -#}
{% macro is_student_job(spell, graduate, policy) -%}
    (
        {{ spell }}.is_begun_before_graduation
        and {{ spell }}.end_month <= {{ graduate }}.graduation_month + {{ policy }}.student_job_months
    )
{%- endmacro %}
