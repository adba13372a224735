with

number_row as (

    select 'policy_light|name=' || name || '|value=' || {{ number_text('value') }} as line
    from {{ ref('stg_policy_number') }}
    where seed = 'policy_light'

),

indicator_row as (

    select
        'policy_light_indicator|anchor=' || anchor
        || '|best=' || {{ number_text('best') }} || '|indicator=' || indicator
        || '|level=' || level || '|min_n=' || cast(min_n as string) || '|months=' || cast(months as string)
        || '|scope=' || scope || '|worst=' || {{ number_text('worst') }}
        || '|years_before=' || cast(years_before as string) as line
    from {{ ref('stg_policy_light_indicator') }}

),

weight_row as (

    select
        'policy_light_weight|indicator=' || indicator || '|region_class=' || region_class
        || '|weight=' || {{ number_text('weight') }} as line
    from {{ ref('stg_policy_light_weight') }}
    union all
    select
        'policy_light_level|level=' || level || '|region_class=' || region_class || '|scope=' || scope
        || '|weight=' || {{ number_text('weight') }} as line
    from {{ ref('stg_policy_light_level') }}
    union all
    select
        'policy_red_line|comparison=' || comparison || '|indicator=' || indicator || '|scope=' || scope
        || '|threshold=' || {{ number_text('threshold') }} as line
    from {{ ref('stg_policy_red_line') }}

),

every_row as (

    select line from number_row
    union all
    select line from indicator_row
    union all
    select line from weight_row

),

final as (

    select substr({{ text_digest(joined_texts('line', 'chr(10)')) }}, 1, 12) as policy_version
    from every_row

)

select * from final
