{#- Pay of program-cohorts in their blocks, exact except for n, which is rounded. -#}
{% set unit = 'table_name, measure, months, institution_code, program_code, study_level, cohort_from, cohort_to' %}
{% set up_to_here = 'order by pay_cny, weight rows between unbounded preceding and current row' %}
with

policy as (

    select
        disclosure.*,
        int_policy.normal_quantile as z,
        int_policy.max_uncertain_share
    from {{ ref('int_disclosure_policy') }} as disclosure
    cross join {{ ref('int_policy') }} as int_policy

),

person as (

    select
        person.table_name,
        person.measure,
        person.months,
        person.pay_cny,
        person.is_at_floor,
        person.is_at_cap,
        person.is_uncertain,
        person.province_code,
        person.publication_number,
        block.institution_code,
        block.program_code,
        block.study_level,
        block.cohort_from,
        block.cohort_to,
        block.is_finished,
        graduate.cohort_year
    from {{ ref('int_published_pay_person') }} as person
    inner join {{ ref('int_pay_block') }} as block on person.cell_id = block.cell_id
    inner join {{ ref('int_graduate') }} as graduate on person.graduate_id = graduate.graduate_id

),

-- all graduates of the block's cohorts by the province of their work: the distribution to which medians are adjusted
of_region as (

    select
        measure,
        cohort_year,
        province_code,
        count(*) as n
    from person
    where province_code is not null
    group by measure, cohort_year, province_code

),

years as (

    select distinct
        cohort_from,
        cohort_to
    from person

),

region_share as (

    select
        of_region.measure,
        years.cohort_from,
        years.cohort_to,
        of_region.province_code,
        cast(sum(of_region.n) as double) / sum(sum(of_region.n)) over (
            partition by of_region.measure, years.cohort_from, years.cohort_to
        ) as region_share
    from of_region
    inner join years on of_region.cohort_year between years.cohort_from and years.cohort_to
    group by of_region.measure, years.cohort_from, years.cohort_to, of_region.province_code

),

weighted as (

    select
        person.*,
        coalesce(region_share.region_share, 1.0) / count(*) over (
            partition by
                person.table_name, person.measure, person.months, person.institution_code, person.program_code,
                person.study_level, person.cohort_from, person.cohort_to, person.province_code
        ) as weight
    from person
    left join region_share
        on
            person.measure = region_share.measure
            and person.cohort_from = region_share.cohort_from
            and person.cohort_to = region_share.cohort_to
            and person.province_code = region_share.province_code

),

ranked as (

    select
        *,
        (sum(weight) over (partition by {{ unit }} {{ up_to_here }}) - weight / 2)
        / sum(weight) over (partition by {{ unit }}) as standing,
        power(sum(weight) over (partition by {{ unit }}), 2)
        / sum(weight * weight) over (partition by {{ unit }}) as effective_n
    from weighted

),

neighbour as (

    select
        ranked.*,
        lead(ranked.standing) over in_order as next_standing,
        lead(ranked.pay_cny) over in_order as next_pay,
        row_number() over in_order as place,
        policy.z / (2.0 * sqrt(ranked.effective_n)) as half_width
    from ranked
    cross join policy
    window in_order as (partition by ranked.{{ unit | replace(', ', ', ranked.') }} order by ranked.standing)

),

statistics as (

    select
        {{ unit }},
        min(case when is_finished then 1 else 0 end) as is_finished,
        count(*) as n_exact,
        sum(is_uncertain) as n_uncertain,
        {{ key_number('publication_number') }} as key_number,
        sum(is_at_floor) as n_floor,
        sum(case when is_at_cap = 1 and is_at_floor = 0 then 1 else 0 end) as n_cap,
        {{ quartiles('pay_cny') }} as quartiles,
        case when table_name = 'starting_salary' and measure <> 'survey' then sum(weight) end as coverage,
        {{ weighted_quantile('0.5') }} as adjusted,
        {{ weighted_quantile('(0.5 - half_width)') }} as adjusted_low,
        {{ weighted_quantile('(0.5 + half_width)') }} as adjusted_high
    from neighbour
    group by {{ unit }}

),

final as (

    select
        statistics.table_name,
        statistics.measure,
        statistics.months,
        statistics.institution_code,
        statistics.program_code,
        statistics.study_level,
        statistics.cohort_from,
        statistics.cohort_to,
        statistics.is_finished = 1 as is_finished,
        statistics.n_uncertain <= round(policy.max_uncertain_share * statistics.n_exact, 6) as is_observed,
        {{ rounded_count('cast(statistics.n_exact as double)', 'statistics.key_number', 'policy.rounding_base') }} as n,
        {{ rounded_count('cast(statistics.n_floor as double)', 'statistics.key_number', 'policy.rounding_base') }}
            as n_floor,
        {{ rounded_count('cast(statistics.n_exact as double)', 'statistics.key_number', 'policy.rounding_base') }}
        - {{ rounded_count(
            'cast(statistics.n_exact - statistics.n_cap as double)', 'statistics.key_number', 'policy.rounding_base'
        ) }} as n_cap,
        {{ quartile('statistics.quartiles', 1) }} as p25,
        {{ quartile('statistics.quartiles', 2) }} as p50,
        {{ quartile('statistics.quartiles', 3) }} as p75,
        coalesce(statistics.coverage, 1.0) as coverage,
        statistics.adjusted,
        statistics.adjusted_low,
        statistics.adjusted_high
    from statistics
    cross join policy

)

select * from final
