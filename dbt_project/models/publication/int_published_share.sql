with

policy as (

    select
        disclosure.*,
        int_policy.normal_quantile as z
    from {{ ref('int_disclosure_policy') }} as disclosure
    cross join {{ ref('int_policy') }} as int_policy

),

quotient as (

    select * from {{ ref('int_published_quotient') }}

),

-- sums over program-cohorts that are not comparable leave them out
unweighted as (

    select
        rollup_cell.rollup_id,
        quotient.table_name,
        quotient.months,
        quotient.definition,
        quotient.fit,
        cast(sum(quotient.k) as bigint) as k,
        cast(sum(quotient.n) as bigint) as n,
        count(*) as n_cells,
        cast(1.0 as double) as variance_growth,
        max(quotient.release_number) as release_number,
        case when min(case when quotient.is_comparable then 1 else 0 end) = 1 then 'ok' else 'not_comparable' end
            as status
    from quotient
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on quotient.cell_id = rollup_cell.cell_id
    where
        rollup_cell.scope not in ('enterprise', 'area')
        and (quotient.is_comparable or (rollup_cell.scope = 'program' and rollup_cell.cohort_year is not null))
    group by
        rollup_cell.rollup_id, quotient.table_name, quotient.months, quotient.definition, quotient.fit
    union all
    select
        rollup_id,
        table_name,
        months,
        definition,
        fit,
        k,
        n,
        n_cells,
        cast(1.0 as double) as variance_growth,
        release_number,
        'ok' as status
    from {{ ref('int_published_workplace') }}
    union all
    select
        rollup_cell.rollup_id,
        'promotion' as table_name,
        promotion.horizon_months as months,
        '' as definition,
        cast(null as string) as fit,
        cast(sum(promotion.k) as bigint) as k,
        cast(sum(promotion.n) as bigint) as n,
        count(*) as n_cells,
        case
            when sum(promotion.n) > 0
                then cast(sum(promotion.variance_growth * promotion.n) as double) / sum(promotion.n)
            else 1.0
        end as variance_growth,
        max(promotion.release_number) as release_number,
        case when min(case when promotion.is_observed then 1 else 0 end) = 1 then 'ok' else 'not_observed' end as status
    from {{ ref('int_published_promotion') }} as promotion
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on promotion.cell_id = rollup_cell.cell_id
    where
        rollup_cell.scope not in ('enterprise', 'area')
        and (promotion.is_observed or (rollup_cell.scope = 'program' and rollup_cell.cohort_year is not null))
    group by rollup_cell.rollup_id, promotion.horizon_months

),

counted as (

    select
        unweighted.*,
        cast(unweighted.k as double) as k_people,
        cast(unweighted.n as double) as n_people,
        policy.rounding_variance * unweighted.n_cells as v,
        policy.z,
        policy.fine_share_from
    from unweighted
    cross join policy

),

of_counts as (

    select
        rollup_id,
        table_name,
        months,
        definition,
        fit,
        'unweighted' as weighting,
        n,
        k,
        {{ published_share('k_people / n_people', 'n_people', 'fine_share_from') }} as share,
        {{ outwards(
            rounded_interval('k_people', 'n_people', 'v', 'z', '-', 'variance_growth'), 'n_people', 'fine_share_from', '-'
        ) }}
            as ci_low,
        {{ outwards(
            rounded_interval('k_people', 'n_people', 'v', 'z', '+', 'variance_growth'), 'n_people', 'fine_share_from', '+'
        ) }}
            as ci_high,
        release_number,
        status
    from counted
    -- a row that is not shown would otherwise say that somebody is there: 1 to 4 people, if totals leave 0 for it
    where n > 0

),

-- answers of a program-cohort stand for everybody who was due; only published numbers are used
due as (

    select
        cell_id,
        months,
        n,
        release_number
    from quotient
    where table_name = 'response'

),

weighted_cell as (

    select
        quotient.cell_id,
        quotient.table_name,
        quotient.months,
        quotient.definition,
        quotient.fit,
        quotient.n,
        greatest(quotient.release_number, due.release_number) as release_number,
        cast(due.n as double) as weight,
        cast(quotient.k as double) / quotient.n as share,
        (
            quotient.n * (quotient.k + 2.0) / (quotient.n + 4.0) * (1.0 - (quotient.k + 2.0) / (quotient.n + 4.0))
            + policy.rounding_variance
        ) / (quotient.n * quotient.n
        ) as variance
    from quotient
    cross join policy
    inner join due on quotient.cell_id = due.cell_id and quotient.months = due.months
    where
        quotient.n >= policy.min_n_rate
        and (quotient.table_name = 'job_match' or quotient.definition in ('known_only', 'employment_only'))

),

weighted as (

    select
        rollup_cell.rollup_id,
        weighted_cell.table_name,
        weighted_cell.months,
        weighted_cell.definition,
        weighted_cell.fit,
        cast(sum(weighted_cell.n) as bigint) as n,
        sum(weighted_cell.weight * weighted_cell.share) / sum(weighted_cell.weight) as share,
        sqrt(sum(power(weighted_cell.weight, 2) * weighted_cell.variance)) / sum(weighted_cell.weight) as se,
        max(weighted_cell.release_number) as release_number
    from weighted_cell
    inner join {{ ref('int_rollup_cell') }} as rollup_cell on weighted_cell.cell_id = rollup_cell.cell_id
    where rollup_cell.scope not in ('program', 'enterprise', 'area')
    group by
        rollup_cell.rollup_id,
        weighted_cell.table_name,
        weighted_cell.months,
        weighted_cell.definition,
        weighted_cell.fit

),

of_weights as (

    select
        weighted.rollup_id,
        weighted.table_name,
        weighted.months,
        weighted.definition,
        weighted.fit,
        'weighted' as weighting,
        weighted.n,
        cast(null as bigint) as k,
        {{ published_share('weighted.share', 'weighted.n', 'policy.fine_share_from') }} as share,
        {{ outwards('(weighted.share - policy.z * weighted.se)', 'weighted.n', 'policy.fine_share_from', '-') }}
            as ci_low,
        {{ outwards('(weighted.share + policy.z * weighted.se)', 'weighted.n', 'policy.fine_share_from', '+') }}
            as ci_high,
        weighted.release_number,
        'ok' as status
    from weighted
    cross join policy

),

share_row as (

    select * from of_counts
    union all
    select * from of_weights

),

final as (

    select
        share_row.rollup_id,
        share_row.table_name,
        share_row.months,
        share_row.definition,
        share_row.fit,
        share_row.weighting,
        case when share_row.n >= policy.min_n_rate then share_row.n end as n,
        case when share_row.n >= policy.min_n_rate and share_row.status = 'ok' then share_row.k end as k,
        case when share_row.n >= policy.min_n_rate and share_row.status = 'ok' then share_row.share end as share,
        case when share_row.n >= policy.min_n_rate and share_row.status = 'ok' then share_row.ci_low end as ci_low,
        case when share_row.n >= policy.min_n_rate and share_row.status = 'ok' then share_row.ci_high end
            as ci_high,
        share_row.release_number,
        case
            when share_row.status <> 'ok' then share_row.status
            when share_row.n < policy.min_n_rate then 'too_few'
            else 'ok'
        end as status
    from share_row
    cross join policy

)

select * from final
