with

policy as (

    select
        max(case when name = 'peer_group_digits' then cast(value as int) end) as group_digits,
        max(case when name = 'peer_field_digits' then cast(value as int) end) as field_digits
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_disclosure'

),

-- a complete program code has six digits
final as (

    select
        'program' as peer_level,
        1 as place,
        6 as digits
    union all
    select
        'group' as peer_level,
        2 as place,
        group_digits as digits
    from policy
    union all
    select
        'field' as peer_level,
        3 as place,
        field_digits as digits
    from policy

)

select * from final
