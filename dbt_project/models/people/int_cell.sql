with

employer as (

    select distinct enterprise_code from {{ ref('int_first_spell') }}

),

cell as (

    select
        institution_code,
        program_code,
        cohort_year,
        program_group_code,
        region_class,
        cast(null as string) as enterprise_code
    from {{ ref('int_program_cohort') }}
    union all
    select
        cast(null as string) as institution_code,
        cast(null as string) as program_code,
        cast(null as int) as cohort_year,
        cast(null as string) as program_group_code,
        cast(null as string) as region_class,
        enterprise_code
    from employer

),

final as (

    select
        cast(row_number() over (
            order by
                coalesce(enterprise_code, ''),
                coalesce(institution_code, ''),
                coalesce(program_code, ''),
                coalesce(cohort_year, 0)
        ) as int) as cell_id,
        enterprise_code is not null as is_employer,
        *
    from cell

)

select * from final
