with

source as (

    select * from {{ source('landing', 'graduate') }}

),

final as (

    select
        person_key,
        institution_code,
        program_code,
        study_level,
        training_mode,
        enrolled_on,
        graduated_on,
        sex,
        birth_year,
        origin_region_code,
        entry_score,
        {{ month_number('graduated_on') }} as graduation_month,
        cast(year(graduated_on) as int) as cohort_year
    from source

)

select * from final
