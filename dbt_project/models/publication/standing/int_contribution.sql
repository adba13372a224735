{{ config(materialized='table' if target.name == 'cluster' else 'view') }}
{#- What each graduation contributes to each family of published numbers. That time passes is no contribution. -#}
with

retention_horizon as (

    select cast(value as int) as months from {{ ref('stg_policy_indicator') }}
    where name = 'published_horizon_months'

),

promotion_horizon as (

    select cast(value as int) as months from {{ ref('stg_policy_indicator') }}
    where name = 'promotion_horizon_months'

),

-- the first horizon by which the job had ended
retention as (

    select
        first_spell.graduate_id,
        'retention' as unit_family,
        0 as months,
        coalesce(cast(min(horizon.months) as string), 'stayed') as contribution
    from {{ ref('int_first_spell') }} as first_spell
    left join retention_horizon as horizon
        on first_spell.is_event and first_spell.duration_months <= horizon.months
    where first_spell.duration_months is not null
    group by first_spell.graduate_id

),

promotion as (

    select
        promotion.graduate_id,
        'promotion' as unit_family,
        0 as months,
        coalesce(cast(min(horizon.months) as string), 'stayed') as contribution
    from {{ ref('int_promotion') }} as promotion
    left join promotion_horizon as horizon on promotion.is_event and promotion.months <= horizon.months
    group by promotion.graduate_id

),

pay as (

    select
        graduate_id,
        concat(table_name, ' ', measure) as unit_family,
        months,
        concat_ws(
            ' ', cast(cast(round(pay_cny * 100) as bigint) as string), cast(cast(is_at_floor as int) as string),
            cast(cast(is_at_cap as int) as string)
        ) as contribution
    from {{ ref('int_published_pay_person') }}

),

-- with whom the first job was, and by which horizon it had ended
hire as (

    select
        hire.graduate_id,
        'hire' as unit_family,
        0 as months,
        concat(hire.enterprise_code, '|', coalesce(cast(min(horizon.months) as string), 'stayed')) as contribution
    from {{ ref('int_hire') }} as hire
    left join retention_horizon as horizon on hire.is_event and hire.months <= horizon.months
    group by hire.graduate_id, hire.enterprise_code

),

category_pay as (

    select
        pay.graduate_id,
        'category_pay' as unit_family,
        pay.months,
        concat_ws(
            '|', workplace.place, workplace.industry, workplace.size_class, workplace.owner_type, pay.contribution
        ) as contribution
    from pay
    inner join {{ ref('int_workplace_category') }} as workplace
        on
            pay.graduate_id = workplace.graduate_id
            and pay.months = workplace.horizon_months
    where pay.unit_family = 'wage register'

),

united as (

    select
        graduate_id,
        state_family as unit_family,
        months,
        state as contribution
    from {{ ref('int_published_member') }}
    {% for part in ['retention', 'promotion', 'pay', 'hire', 'category_pay'] %}
        union all
        select
            graduate_id,
            unit_family,
            months,
            contribution
        from {{ part }}
    {% endfor %}

),

final as (

    select
        united.unit_family,
        cast(united.months as int) as months,
        graduate_cell.cell_id,
        cast(
            graduation_number.publication_number * 2147483648
            + graduation_number.registration_number % 2147483648 as bigint
        ) as member,
        united.contribution
    from united
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on united.graduate_id = graduate_cell.graduate_id
    inner join {{ ref('int_graduation_number') }} as graduation_number
        on united.graduate_id = graduation_number.graduate_id

)

select * from final
