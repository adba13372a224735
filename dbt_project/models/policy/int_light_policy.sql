with

final as (

    select
        max(case when name = 'green_from' then value end) as green_from,
        max(case when name = 'yellow_from' then value end) as yellow_from,
        max(case when name = 'error_correlation' then value end) as error_correlation,
        max(case when name = 'min_level_weight' then value end) as min_level_weight,
        max(case when name = 'peers_below' then value end) as peers_below,
        max(case when name = 'peers_above' then value end) as peers_above,
        max(case when name = 'failure_years' then value end) as failure_years,
        max(case when name = 'renewed_months' then value end) as renewed_months,
        max(case when name = 'consequence_min_n' then value end) as consequence_min_n,
        max(case when name = 'consequence_years' then value end) as consequence_years,
        max(case when name = 'drop_points' then value end) as drop_points,
        max(case when name = 'drop_years' then value end) as drop_years,
        max(case when name = 'trend_years' then value end) as trend_years,
        max(case when name = 'trend_years_max' then value end) as trend_years_max,
        max(case when name = 'trend_horizon' then value end) as trend_horizon
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_light'

)

select * from final
