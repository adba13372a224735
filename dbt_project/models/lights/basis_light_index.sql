with

share as (

    select
        light_share.*,
        light_share.is_crossed
        and (light_share.is_certainly_crossed or light_share.n >= policy.consequence_min_n)
            as is_crossed_for_consequences
    from {{ ref('basis_light_share') }} as light_share
    cross join {{ ref('int_light_policy') }} as policy

),

unit as (

    select
        scope,
        area_code,
        institution_code,
        program_code,
        year,
        region_class,
        unit_id,
        sum(share_of_index * score) as index,
        sum(share_of_index * (score - score_low)) as loss,
        sum(share_of_index * (score - score_low) * share_of_index * (score - score_low)) as loss_squares,
        sum(share_of_index * (score_high - score)) as gain,
        sum(share_of_index * (score_high - score) * share_of_index * (score_high - score)) as gain_squares,
        {{ joined_texts('case when share_of_index is not null then indicator end') }} as indicators,
        {{ joined_texts('case when is_crossed then indicator end') }} as red_lines,
        max(case when is_crossed_for_consequences then 1 else 0 end) = 1 as is_crossed_for_consequences,
        max(case when status = 'ok' and (level = 'result' or red_line is not null) then 1 else 0 end) = 1 as has_light
    from share
    group by scope, area_code, institution_code, program_code, year, region_class, unit_id

),

limited as (

    select
        unit.*,
        unit.index - sqrt(
            (1.0 - policy.error_correlation) * unit.loss_squares + policy.error_correlation * unit.loss * unit.loss
        ) as index_low,
        unit.index + sqrt(
            (1.0 - policy.error_correlation) * unit.gain_squares + policy.error_correlation * unit.gain * unit.gain
        ) as index_high
    from unit
    cross join {{ ref('int_light_policy') }} as policy

),

banded as (

    select
        limited.*,
        {{ light_band('limited.index') }} as band,
        {{ light_band('limited.index_low') }} as band_low,
        {{ light_band('limited.index_high') }} as band_high
    from limited
    cross join {{ ref('int_light_policy') }} as policy

),

reached as (

    select
        *,
        case
            when band is not null
                then
                    case when band_low <> band then band_low else '' end
                    || case when band_low <> band and band_high <> band then '|' else '' end
                    || case when band_high <> band then band_high else '' end
        end as reaches,
        case when red_lines <> '' then 'red' else coalesce(band, 'not_judged') end as light
    from banded

),

final as (

    select
        *,
        reaches = '' as is_certain,
        coalesce(reaches = '' and band = 'red', false) or is_crossed_for_consequences as is_counted
    from reached

)

select * from final
