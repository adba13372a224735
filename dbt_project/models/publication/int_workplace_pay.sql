{#- Pay by category of workplaces: of programs in the blocks of their pay, of institutions and the region by cohort. -#}
{{ config(materialized=in_parts()) }}
{%- set unit = 'scope, institution_code, program_code, cohort_from, cohort_to, horizon_months, dimension, category' -%}
{%- set of_person = [
    'person.graduate_id', 'person.horizon_months', 'person.enterprise_code', 'person.dimension', 'person.category',
    'person.pay_cny', 'person.is_at_floor', 'person.is_at_cap', 'person.publication_number', 'person.part'
] | join(', ') -%}
{%- set one_cohort = 'block.cohort_year as cohort_from, block.cohort_year as cohort_to' -%}
with

policy as (

    select * from {{ ref('int_disclosure_policy') }}

),

paid as (

    select
        pay_person.graduate_id,
        pay_person.cell_id,
        pay_person.months as horizon_months,
        pay_person.pay_cny,
        pay_person.is_at_floor,
        pay_person.is_at_cap,
        pay_person.publication_number,
        workplace.enterprise_code,
        workplace.place,
        workplace.industry,
        workplace.size_class,
        workplace.owner_type
    from {{ ref('int_published_pay_person') }} as pay_person
    inner join {{ ref('int_workplace_category') }} as workplace
        on
            pay_person.graduate_id = workplace.graduate_id
            and pay_person.months = workplace.horizon_months
    where pay_person.table_name = 'wage' and pay_person.measure = 'register'

),

person as (

    {% for dimension in ['place', 'industry', 'size_class', 'ownership'] %}
        select
            graduate_id,
            cell_id,
            horizon_months,
            enterprise_code,
            '{{ dimension }}' as dimension,
            -- a part of the table holds few months and one or two dimensions
            cast(floor(horizon_months / 12) as int) * 4 + {{ loop.index0 }} as part,
            {{ 'owner_type' if dimension == 'ownership' else dimension }} as category,
            pay_cny,
            is_at_floor,
            is_at_cap,
            publication_number
        from paid
        where {{ 'owner_type' if dimension == 'ownership' else dimension }} <> 'unknown'
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

every_unit as (

    {% for scope in ['program', 'institution', 'region'] -%}
        select
            '{{ scope }}' as scope,
            {{ 'block.institution_code' if scope != 'region' else 'cast(null as string) as institution_code' }},
            {{ 'block.program_code' if scope == 'program' else 'cast(null as string) as program_code' }},
            {{ 'block.cohort_from, block.cohort_to' if scope == 'program' else one_cohort }},
            {{ 'block.is_finished' if scope == 'program' else 'true as is_finished' }},
            {{ of_person }}
        from person
        inner join {{ ref('int_pay_block') }} as block on person.cell_id = block.cell_id
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

member as (

    select * from every_unit
    where {{ each_part('part') }}

),

by_employer as (

    select
        {{ unit }},
        enterprise_code,
        count(*) as n
    from member
    group by {{ unit }}, enterprise_code

),

employer as (

    select
        {{ unit }},
        count(*) as n_employers,
        max(n) as n_of_largest
    from by_employer
    group by {{ unit }}

),

summary as (

    select
        {{ unit }},
        min(case when is_finished then 1 else 0 end) as is_finished,
        count(*) as n_exact,
        {{ key_number('publication_number') }} as key_number,
        sum(is_at_floor) as n_floor,
        sum(case when is_at_cap = 1 and is_at_floor = 0 then 1 else 0 end) as n_cap,
        {{ quartiles('pay_cny') }} as quartiles
    from member
    group by {{ unit }}

),

-- the number of employers and the share of the largest one are the true ones
final as (

    select
        summary.scope,
        summary.institution_code,
        summary.program_code,
        summary.cohort_from,
        summary.cohort_to,
        summary.horizon_months,
        summary.dimension,
        summary.category,
        summary.is_finished = 1 as is_finished,
        employer.n_of_largest > round(policy.largest_employer_share * summary.n_exact, 6) as has_large_employer,
        {{ rounded_count('cast(summary.n_exact as double)', 'summary.key_number', 'policy.rounding_base') }} as n,
        {{ rounded_count('cast(summary.n_floor as double)', 'summary.key_number', 'policy.rounding_base') }}
            as n_floor,
        {{ rounded_count('cast(summary.n_exact as double)', 'summary.key_number', 'policy.rounding_base') }}
        - {{ rounded_count(
            'cast(summary.n_exact - summary.n_cap as double)', 'summary.key_number', 'policy.rounding_base'
        ) }} as n_cap,
        {{ quartile('summary.quartiles', 1) }} as p25,
        {{ quartile('summary.quartiles', 2) }} as p50,
        {{ quartile('summary.quartiles', 3) }} as p75
    from summary
    cross join policy
    inner join employer
        on
            coalesce(summary.institution_code, '') = coalesce(employer.institution_code, '')
            and coalesce(summary.program_code, '') = coalesce(employer.program_code, '')
            and summary.scope = employer.scope
            and summary.cohort_from = employer.cohort_from
            and summary.horizon_months = employer.horizon_months
            and summary.dimension = employer.dimension
            and summary.category = employer.category
    where employer.n_employers >= policy.min_employers_named

)

select * from final
