with

cell as (

    select
        *,
        sum_log_1 - n_1 * sum_log_0 / n_0 as weighted_log
    from {{ ref('int_differential_cell') }}

),

stratum as (

    select distinct
        analysis_key,
        measure,
        stratum_key,
        n_1,
        weighted_log
    from cell

),

total as (

    select
        analysis_key,
        measure,
        sum(weighted_log) as weighted_log,
        sum(n_1) as n_1
    from stratum
    group by analysis_key, measure

),

-- each usable stratum without one of its institutions; an only cooperative institution is never left out
rest as (

    select
        *,
        case when is_cooperative then n_1 - n else n_1 end as rest_n_1,
        case when is_cooperative then n_0 else n_0 - n end as rest_n_0,
        case when is_cooperative then sum_log_1 - sum_log else sum_log_1 end as rest_log_1,
        case when is_cooperative then sum_log_0 else sum_log_0 - sum_log end as rest_log_0
    from cell
    where not (is_single_treated and is_cooperative)

),

-- without the institution a stratum may fall below the minimum: then the whole stratum is left out
changed as (

    select
        rest.*,
        least(rest.rest_n_1, rest.rest_n_0) >= policy.stratum_min_graduates as stays,
        rest.rest_log_1 - rest.rest_n_1 * rest.rest_log_0 / nullif(rest.rest_n_0, 0) as rest_weighted_log
    from rest
    cross join {{ ref('int_policy') }} as policy

),

without as (

    select
        changed.analysis_key,
        changed.measure,
        changed.institution_code,
        max(total.n_1) + sum(case when changed.stays then changed.rest_n_1 else 0 end - changed.n_1) as n_1_left,
        max(total.weighted_log)
        + sum(case when changed.stays then changed.rest_weighted_log else 0 end - changed.weighted_log)
            as weighted_log_left
    from changed
    inner join total
        on
            changed.analysis_key = total.analysis_key
            and changed.measure = total.measure
    group by changed.analysis_key, changed.measure, changed.institution_code

),

final as (

    select
        analysis_key,
        measure,
        institution_code,
        -- null if no usable stratum is left
        case when n_1_left > 0 then weighted_log_left / n_1_left end as delta
    from without

)

select * from final
