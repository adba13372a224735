{#-
    The indicators of a released light. Persons are told only by numbers that releases publish anyway: their shares, and
    scores made of these.
-#}
with

person_indicator as (

    select distinct indicator from {{ ref('basis_light_behind') }}

),

released as (

    select
        unit_year,
        item as indicator,
        max(release_number) as release_number,
        max(case when column_name = 'status' then value end) as status,
        max(case when column_name = 'share_of_index' then cast(value as double) end) as share_of_index,
        max(case when column_name = 'red_line' then cast(value as double) end) as red_line
    from {{ ref('basis_release_light') }}
    where part = 'indicator'
    group by unit_year, item

),

light as (

    select
        unit_year,
        max(case when column_name = 'index' then cast(value as double) end) as index,
        max(case when column_name = 'band' then value end) as band
    from {{ ref('basis_release_light') }}
    where part = 'light'
    group by unit_year

),

unit as (

    select
        released.*,
        {{ of_light_unit('released.unit_year') }}
    from released
    -- units without a light are kept, but not shown
    inner join light on released.unit_year = light.unit_year

),

valued as (

    select
        unit.*,
        person_indicator.indicator is not null as is_person,
        published.n as published_n,
        published.status as published_status,
        case
            when unit.status <> 'ok' or unit.indicator = 'intern_conversion' then null
            when person_indicator.indicator is null then share.value
            when published.status = 'ok' and published.n >= policy.min_n_rate then published.value
        end as value,
        -- facts are known, people only within their interval
        published.ci_low,
        published.ci_high,
        policy.min_n_rate
    from unit
    cross join {{ ref('int_disclosure_policy') }} as policy
    left join person_indicator on unit.indicator = person_indicator.indicator
    left join {{ ref('basis_published_light_value') }} as published
        on
            unit.scope = published.scope
            and unit.institution_code = published.institution_code
            and coalesce(unit.program_code, '') = coalesce(published.program_code, '')
            and unit.year = published.year
            and unit.indicator = published.indicator
    left join {{ ref('basis_light_share') }} as share
        on
            unit.scope = share.scope
            and unit.institution_code = share.institution_code
            and coalesce(unit.program_code, '') = coalesce(share.program_code, '')
            and unit.year = share.year
            and unit.indicator = share.indicator

),

anchored as (

    select
        valued.*,
        indicator.level,
        case when valued.is_person then cast(valued.year - indicator.years_before as int) end as cohort_year,
        -- anchors at peers move with them, so no change of one's own is sure
        indicator.anchor = 'fixed' as is_fixed,
        coalesce(anchor.worst, indicator.worst) as worst,
        coalesce(anchor.best, indicator.best) as best,
        -- fewer than 10 after rounding: neither share nor score, and no sum that gives them away
        coalesce(
            valued.is_person and valued.status = 'ok'
            and (valued.published_status = 'too_few' or valued.published_n < valued.min_n_rate), false
        ) as is_unnamed
    from valued
    inner join {{ ref('stg_policy_light_indicator') }} as indicator
        on valued.scope = indicator.scope and valued.indicator = indicator.indicator
    left join {{ ref('basis_published_anchor') }} as anchor
        on
            valued.scope = 'program'
            and valued.institution_code = anchor.institution_code
            and valued.program_code = anchor.program_code
            and valued.year = anchor.year
            and valued.indicator = anchor.indicator

),

scored as (

    select
        *,
        max(case when is_unnamed and share_of_index > 0 then 1 else 0 end) over (partition by unit_year) = 1
            as has_unnamed,
        case when value is not null then 100.0 * {{ clamp('(value - worst) / (best - worst)', '0.0', '1.0') }} end
            as exact_score,
        100.0 * {{ clamp('(coalesce(ci_low, value) - worst) / (best - worst)', '0.0', '1.0') }} as score_of_low,
        100.0 * {{ clamp('(coalesce(ci_high, value) - worst) / (best - worst)', '0.0', '1.0') }} as score_of_high
    from anchored

),

-- the index is at most so far from the next band
lacking as (

    select
        scored.*,
        case
            when scored.share_of_index > 0 and not scored.has_unnamed
                then (
                    case light.band when 'red' then policy.yellow_from when 'yellow' then policy.green_from end
                    - light.index
                ) / scored.share_of_index
        end as points
    from scored
    inner join light on scored.unit_year = light.unit_year
    cross join {{ ref('int_light_policy') }} as policy

),

step as (

    select
        *,
        case
            when
                value is not null and is_fixed
                and {{ is_at_most('greatest(score_of_low, score_of_high) + points', '100.0') }}
                -- below the worst anchor a change is without effect
                then
                    points / 100.0 * abs(best - worst)
                    + greatest(
                        0.0, case
                            when best > worst then worst - coalesce(ci_low, value) else coalesce(ci_high, value) - worst
                        end
                    )
        end as step,
        cast(
            case indicator when 'months_since_new_version' then 1 when 'outlay_intensity' then 10000 else 100 end
            as double
        ) as digits
    from lacking

),

final as (

    select
        step.unit_year,
        step.scope,
        step.institution_code,
        step.program_code,
        step.year,
        step.indicator,
        step.level,
        step.cohort_year,
        case when step.is_person and step.published_n >= step.min_n_rate then cast(step.published_n as bigint) end as n,
        step.value,
        {{ cut_to_five('step.exact_score') }} as score,
        case when not step.has_unnamed then {{ cut_to_five('step.share_of_index * step.exact_score') }} end
            as contribution,
        case when step.best > step.worst then 1 else -1 end
        * cast(ceil(round(step.step * step.digits, 9)) as double) / step.digits as step_for_better,
        step.red_line,
        stg_release.label as stands_from,
        case
            when step.is_unnamed then 'too_few'
            when step.status = 'ok' and step.value is null then 'not_shown'
            else step.status
        end as status,
        step.has_unnamed
    from step
    left join {{ ref('stg_release') }} as stg_release on step.release_number = stg_release.release_number

)

select * from final
