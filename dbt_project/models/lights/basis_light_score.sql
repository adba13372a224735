with

judged as (

    select
        value.*,
        weight.level,
        weight.weight,
        weight.level_weight,
        weight.weight_of_level,
        coalesce(anchor.worst, indicator.worst) as worst,
        coalesce(anchor.best, indicator.best) as best,
        indicator.min_n,
        case
            when value.status <> 'ok' then value.status
            when value.n < indicator.min_n then 'too_few'
            else 'ok'
        end as judged_status
    from {{ ref('basis_light_value') }} as value
    inner join {{ ref('stg_policy_light_indicator') }} as indicator
        on value.scope = indicator.scope and value.indicator = indicator.indicator
    inner join {{ ref('basis_light_weight') }} as weight
        on
            value.scope = weight.scope
            and value.indicator = weight.indicator
            and coalesce(value.region_class, 'any') = weight.region_class
    left join {{ ref('basis_light_anchor') }} as anchor
        on
            value.scope = 'program'
            and value.institution_code = anchor.institution_code
            and value.program_code = anchor.program_code
            and value.year = anchor.year
            and value.indicator = anchor.indicator

),

ok as (

    select
        judged.*,
        case when judged.judged_status = 'ok' then red_line.threshold end as red_line,
        case when judged.judged_status = 'ok' then red_line.comparison end as comparison,
        100.0 * {{ clamp('(judged.value - judged.worst) / (judged.best - judged.worst)', '0.0', '1.0') }} as score,
        100.0 * {{ clamp(
            '(coalesce(judged.ci_low, judged.value) - judged.worst) / (judged.best - judged.worst)', '0.0', '1.0'
        ) }} as score_of_low,
        100.0 * {{ clamp(
            '(coalesce(judged.ci_high, judged.value) - judged.worst) / (judged.best - judged.worst)', '0.0', '1.0'
        ) }} as score_of_high
    from judged
    left join {{ ref('stg_policy_red_line') }} as red_line
        on judged.scope = red_line.scope and judged.indicator = red_line.indicator

),

final as (

    select
        scope,
        area_code,
        institution_code,
        program_code,
        year,
        region_class,
        unit_id,
        indicator,
        level,
        n,
        {% for column in ['value', 'ci_low', 'ci_high', 'score'] -%}
            case when judged_status = 'ok' then {{ column }} end as {{ column }},
        {% endfor -%}
        case when judged_status = 'ok' then least(score_of_low, score_of_high) end as score_low,
        case when judged_status = 'ok' then greatest(score_of_low, score_of_high) end as score_high,
        worst,
        best,
        min_n,
        red_line,
        comparison,
        case
            when judged_status <> 'ok' or comparison is null then false
            when comparison = 'below' then {{ is_below('value', 'red_line') }}
            else {{ is_above('value', 'red_line') }}
        end as is_crossed,
        case
            when judged_status <> 'ok' or comparison is null then false
            when comparison = 'below' then coalesce({{ is_below('ci_high', 'red_line') }}, false)
            else coalesce({{ is_above('ci_low', 'red_line') }}, false)
        end as is_certainly_crossed,
        weight,
        level_weight,
        weight_of_level,
        judged_status as status
    from ok

)

select * from final
