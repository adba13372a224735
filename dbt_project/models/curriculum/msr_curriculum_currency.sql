with

final as (

    select
        institution_code,
        program_code,
        year,
        n,
        hours,
        months_since_new_version,
        hours_changed / hours as share_hours_changed,
        hours_co_developed / hours as share_hours_co_developed,
        'ok' as status
    from {{ ref('int_course_hours') }}

)

select * from final
