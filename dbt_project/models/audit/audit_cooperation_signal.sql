{{ config(alias='cooperation_signal') }}
{%- set key = 'agreement_id, institution_code, enterprise_code, cast(year as int) as year' %}
with

found as (

    select
        {{ key }},
        'paper' as signal
    from {{ ref('basis_paper_agreement') }}
    union all
    select
        {{ key }},
        'places' as signal
    from {{ ref('basis_cooperation_report') }}
    where is_above_places
    union all
    select
        {{ key }},
        'copied' as signal
    from {{ ref('basis_cooperation_report') }}
    where is_copied
    union all
    select
        {{ key }},
        'twice' as signal
    from {{ ref('basis_equipment_twice') }}

),

final as (

    select * from found
    where year < year({{ as_of() }})

)

select * from final
