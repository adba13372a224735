{{ config(
    schema='indicators', materialized=in_parts(), post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']
) }}
{% set cell = 'rollup_id, measure' %}
{% set up_to_here = 'order by real_salary_month_cny, weight rows between unbounded preceding and current row' %}
with

person as (

    select
        rollup_member.rollup_id,
        workplace.*,
        workplace_weight.weight
    from {{ ref('int_workplace') }} as workplace
    inner join {{ ref('int_rollup_member') }} as rollup_member on workplace.graduate_id = rollup_member.graduate_id
    inner join {{ ref('int_workplace_weight') }} as workplace_weight
        on
            rollup_member.rollup_id = workplace_weight.rollup_id
            and workplace.measure = workplace_weight.measure
            and workplace.province_code = workplace_weight.province_code
    where {{ each_scope('rollup_member.scope') }}

),

-- each person sits at the middle of its weight; with equal weights this gives the usual median
ranked as (

    select
        *,
        (sum(weight) over (partition by {{ cell }} {{ up_to_here }}) - weight / 2)
        / sum(weight) over (partition by {{ cell }}) as standing
    from person

),

neighbour as (

    select
        *,
        lead(standing) over (partition by {{ cell }} order by standing) as next_standing,
        lead(real_salary_month_cny) over (partition by {{ cell }} order by standing) as next_salary,
        row_number() over (partition by {{ cell }} order by standing) as place
    from ranked

),

median as (

    select
        {{ cell }},
        count(*) as n,
        sum(weight) as coverage,
        sum(is_after_open_month) as n_uncertain,
        sum(weight * is_at_floor) / sum(weight) as share_floor,
        sum(weight * is_at_cap) / sum(weight) as share_cap,
        max(
            case
                when place = 1 and standing >= 0.5 then real_salary_month_cny
                when standing < 0.5 and next_standing is null then real_salary_month_cny
                when standing < 0.5 and next_standing >= 0.5
                    then
                        real_salary_month_cny
                        + (next_salary - real_salary_month_cny) * (0.5 - standing) / (next_standing - standing)
            end
        ) as p50
    from neighbour
    group by {{ cell }}

),

judged as (

    select
        median.*,
        median.n_uncertain <= round(policy.max_uncertain_share * median.n, 6) as is_observed,
        median.share_floor < 0.5
        and median.share_cap < 0.5
        and round(median.coverage, 12) >= policy.region_adjusted_min_coverage as is_given
    from median
    cross join {{ ref('int_policy') }} as policy

),

indicator as (

    select
        *,
        case when is_observed and is_given then p50 end as p50_region_adjusted,
        case
            when not is_observed then 'not_observed'
            when is_given then 'ok'
            else 'not_comparable'
        end as status
    from judged

),

final as (

    {{ with_rollup(
        'indicator', ['measure', 'n', 'coverage', 'p50_region_adjusted', 'status'], ref('int_every_rollup')
    ) }}

)

select * from final
