with

earliest_spell as (

    select * from {{ ref('int_earliest_spell') }}

),

early_pay as (

    select * from {{ ref('int_early_pay') }}

),

graduate as (

    select * from {{ ref('int_graduate') }}

),

policy as (

    select first_spell_max_months from {{ ref('int_policy') }}

),

ranked as (

    select
        earliest_spell.*,
        row_number() over (
            partition by earliest_spell.graduate_id
            order by coalesce(early_pay.pay_cny, 0) desc, earliest_spell.enterprise_code asc
        ) as best_paid_first
    from earliest_spell
    left join early_pay
        on
            earliest_spell.graduate_id = early_pay.graduate_id
            and earliest_spell.enterprise_code = early_pay.enterprise_code
            and earliest_spell.start_month = early_pay.paid_month

),

final as (

    select
        ranked.graduate_id,
        graduate.institution_code,
        graduate.program_code,
        graduate.cohort_year,
        ranked.basis,
        ranked.enterprise_code,
        ranked.start_month,
        ranked.end_month,
        ranked.starts_on,
        ranked.ends_on,
        ranked.is_event,
        ranked.seen_until_month,
        -- null: begun too late for its separation to be seen, so it does not count for retention
        case
            when ranked.start_month <= ranked.seen_until_month
                then least(ranked.end_month, ranked.seen_until_month) - ranked.start_month + 1
        end as duration_months
    from ranked
    inner join graduate on ranked.graduate_id = graduate.graduate_id
    cross join policy
    where
        ranked.best_paid_first = 1
        and ranked.start_month - graduate.graduation_month <= policy.first_spell_max_months

)

select * from final
