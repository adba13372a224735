{{ config(alias='light_indicator') }}
with

share as (

    select
        share.*,
        light_index.band,
        case light_index.band when 'red' then policy.yellow_from when 'yellow' then policy.green_from end
        - light_index.index as lacking
    from {{ ref('basis_light_share') }} as share
    cross join {{ ref('int_light_policy') }} as policy
    inner join {{ ref('basis_light_index') }} as light_index
        on share.unit_id = light_index.unit_id and share.year = light_index.year

),

needed as (

    select
        *,
        case when share_of_index > 0 then score + lacking / share_of_index end as score_needed
    from share

),

final as (

    select
        scope,
        area_code,
        institution_code,
        program_code,
        year,
        indicator,
        level,
        cast(n as bigint) as n,
        value,
        ci_low,
        ci_high,
        worst,
        best,
        min_n,
        red_line,
        score,
        score_low,
        score_high,
        weight,
        share_of_index,
        share_of_index * score as contribution,
        case
            when is_crossed then red_line
            when {{ is_at_most('score_needed', '100.0') }}
                then worst + score_needed / 100.0 * (best - worst)
        end as value_for_better,
        status
    from needed

)

select * from final
