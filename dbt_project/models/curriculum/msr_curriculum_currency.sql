{{ config(
    schema='indicators', post_hook=["{{ published_rows(left_out=['n_programs']) }}", '{{ published_rollup() }}']
) }}
{%- set scopes = {
    'program': ('program', ['institution_code', 'program_code']),
    'institution': ('program', ['institution_code']),
    'program_in_region': ('program', ['program_code']),
    'program_group': ('program', ['program_group_code']),
    'region_class': ('program', ['region_class']),
    'area': ('program', ['area_code']),
    'region': ('program', []),
} %}
with

program as (

    select
        *,
        year as cohort_year,
        row_number() over (order by institution_code, program_code, year) as cell_id
    from {{ ref('int_course_hours') }}

),

{{ rollup_members(scopes) }}, -- noqa: LT02

-- hours are added up; shares are computed from the sums
summed as (

    select
        member.scope,
        member.institution_code,
        member.program_code,
        member.program_group_code,
        member.region_class,
        member.area_code,
        member.cohort_year as year,
        count(*) as n_programs,
        cast(sum(program.n) as bigint) as n,
        sum(program.hours) as hours,
        min(program.months_since_new_version) as months_since_new_version,
        sum(program.hours_changed) as hours_changed,
        sum(program.hours_co_developed) as hours_co_developed
    from member
    inner join program on member.cell_id = program.cell_id
    group by
        member.scope,
        member.institution_code,
        member.program_code,
        member.program_group_code,
        member.region_class,
        member.area_code,
        member.cohort_year

),

final as (

    select
        scope,
        institution_code,
        program_code,
        program_group_code,
        region_class,
        area_code,
        year,
        n_programs,
        n,
        hours,
        months_since_new_version,
        hours_changed / hours as share_hours_changed,
        hours_co_developed / hours as share_hours_co_developed,
        'ok' as status
    from summed

)

select * from final
