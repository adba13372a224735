{#- Units whose light, warnings and flag are released together; no areas: they would give institutions away. -#}
with

newest_year as (

    select cast(year({{ as_of() }}) - 1 as int) as year

),

unit as (

    select distinct
        scope,
        institution_code,
        program_code,
        year
    from {{ ref('basis_light_share') }}
    where scope in ('institution', 'program')
    -- a program may have a flag and no light
    union
    select distinct
        'program' as scope,
        program_cohort.institution_code,
        program_cohort.program_code,
        newest_year.year
    from {{ ref('int_program_cohort') }} as program_cohort
    inner join newest_year on newest_year.year - 3 <= program_cohort.cohort_year

),

final as (

    select
        {{ light_unit_year('unit.scope', 'unit.institution_code', 'unit.program_code', 'unit.year') }} as unit_year,
        unit.*,
        unit.scope = 'program' and unit.year = newest_year.year as may_have_flag
    from unit
    cross join newest_year

)

select * from final
