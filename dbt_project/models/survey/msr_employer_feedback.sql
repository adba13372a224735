{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
{%- set scopes = {
    'program': ('program_cell', ['institution_code', 'program_code']),
    'institution': ('cell', ['institution_code']),
    'program_in_region': ('program_cell', ['program_code']),
    'program_group': ('program_cell', ['program_group_code']),
    'region_class': ('cell', ['region_class']),
    'area': ('cell', ['area_code']),
    'region': ('cell', []),
} %}
with

answer as (

    select * from {{ ref('stg_employer_feedback') }}

),

institution_in_year as (

    {{ institution_in_year('answer') }}

),

-- one cell per institution, program and year; answers about the whole institution make a cell without a program
counted as (

    select
        answer.institution_code,
        answer.program_code,
        answer.year,
        count(*) as n_answers,
        sum(case when answer.satisfaction >= policy.satisfied_from then 1 else 0 end) as n_satisfied,
        count(answer.would_hire_again) as n_said,
        sum(case when answer.would_hire_again then 1 else 0 end) as n_again
    from answer
    cross join {{ ref('int_policy') }} as policy
    group by answer.institution_code, answer.program_code, answer.year

),

cell as (

    select
        row_number() over (order by counted.institution_code, counted.program_code, counted.year) as cell_id,
        counted.*,
        counted.year as cohort_year,
        substr(counted.program_code, 1, 4) as program_group_code,
        institution_in_year.region_class,
        institution_in_year.area_code
    from counted
    left join institution_in_year
        on
            counted.institution_code = institution_in_year.institution_code
            and counted.year = institution_in_year.on_year

),

program_cell as (

    select * from cell
    where program_code is not null

),

{{ rollup_members(scopes) }}, -- noqa: LT02

measured as (

    {% for measure, (n, k) in {
        'satisfied': ('n_answers', 'n_satisfied'), 'would_hire_again': ('n_said', 'n_again')
    }.items() %}
        select
            member.scope,
            member.institution_code,
            member.program_code,
            member.program_group_code,
            member.region_class,
            member.area_code,
            member.cohort_year as year,
            '{{ measure }}' as measure,
            cast(sum(cell.{{ n }}) as bigint) as n,
            cast(sum(cell.{{ k }}) as double) / sum(cell.{{ n }}) as share
        from member
        inner join cell on member.cell_id = cell.cell_id
        group by
            member.scope,
            member.institution_code,
            member.program_code,
            member.program_group_code,
            member.region_class,
            member.area_code,
            member.cohort_year
        having sum(cell.{{ n }}) > 0
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

indicator as (

    {{ with_wilson('measured', 'share', 'n') }}

),

final as (

    select
        scope,
        institution_code,
        program_code,
        program_group_code,
        region_class,
        area_code,
        cast(year as int) as year,
        measure,
        n,
        share,
        ci_low,
        ci_high,
        status
    from indicator

)

select * from final
