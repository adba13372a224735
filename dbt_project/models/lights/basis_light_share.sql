with

final as (

    select
        score.*,
        case when score.status = 'ok' then light_level.level_share * score.weight / light_level.weight_ok end
            as share_of_index
    from {{ ref('basis_light_score') }} as score
    left join {{ ref('basis_light_level') }} as light_level
        on
            score.unit_id = light_level.unit_id
            and score.year = light_level.year
            and score.level = light_level.level
            and light_level.level_share is not null

)

select * from final
