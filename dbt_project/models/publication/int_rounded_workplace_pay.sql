{#- Pay by category of workplaces as it would be published if nothing stood from earlier releases. -#}
with

policy as (

    select * from {{ ref('int_disclosure_policy') }}

),

judged as (

    select
        workplace_pay.*,
        {{ part_id('workplace_pay', "concat(workplace_pay.dimension, ' ', workplace_pay.category)") }} as unit_id,
        policy.wage_rounding_cny,
        workplace_pay.is_finished
        and not workplace_pay.has_large_employer
        and workplace_pay.n >= case
            when workplace_pay.scope = 'program' then policy.min_n_wage else policy.min_n_rollup
        end as is_shown,
        -- a quartile among the people at a limit of the contribution base is not known
        case
            when not workplace_pay.is_finished then 'not_observed'
            when
                workplace_pay.n < case
                    when workplace_pay.scope = 'program' then policy.min_n_wage else policy.min_n_rollup
                end
                then 'too_few'
            when workplace_pay.has_large_employer then 'suppressed'
            when
                0.5 * workplace_pay.n <= workplace_pay.n_floor
                or 0.5 * workplace_pay.n >= workplace_pay.n - workplace_pay.n_cap
                then 'not_comparable'
            else 'ok'
        end as status
    from {{ ref('int_workplace_pay') }} as workplace_pay
    cross join policy

),

final as (

    select
        unit_id,
        scope,
        institution_code,
        program_code,
        cohort_from,
        cohort_to,
        cast(horizon_months as int) as horizon_months,
        dimension,
        category,
        n,
        {% for share in (0.25, 0.5, 0.75) -%}
            case
                when is_shown and {{ share }} * n > n_floor and {{ share }} * n < n - n_cap
                    then round(p{{ (share * 100) | int }} / wage_rounding_cny) * wage_rounding_cny
            end as p{{ (share * 100) | int }},
        {% endfor -%}
        case when is_shown then cast(floor(round(n_floor * 100.0 / n, 9) + 0.5) as double) / 100.0 end as share_floor,
        case when is_shown then cast(floor(round(n_cap * 100.0 / n, 9) + 0.5) as double) / 100.0 end as share_cap,
        status
    from judged

)

select * from final
