select
    definition,
    version,
    max(case when name = 'related_from' then cast(value as int) end) as related_from,
    max(case when name = 'min_people' then cast(value as int) end) as min_people,
    max(case when name = 'location_quotient' then value end) as location_quotient,
    max(case when name = 'one_sided_normal_quantile' then value end) as one_sided_normal_quantile
from {{ ref('stg_policy_definition') }}
where definition in ('self_report', 'realised')
group by definition, version
