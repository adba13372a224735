with

program as (

    select * from {{ ref('stg_program') }}

),

final as (

    select
        program_code,
        edition,
        program_name,
        study_level,
        substr(program_code, 1, 4) as program_group_code
    from program

)

select * from final
