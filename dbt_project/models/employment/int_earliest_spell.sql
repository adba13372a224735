with

spell as (

    select * from {{ ref('int_employment_spells') }}

),

graduate as (

    select
        graduate_id,
        graduation_month
    from {{ ref('int_graduate') }}

),

policy as (

    select student_job_months from {{ ref('int_policy') }}

),

candidate as (

    select
        spell.*,
        min(spell.start_month) over (partition by spell.graduate_id) as earliest_month
    from spell
    inner join graduate on spell.graduate_id = graduate.graduate_id
    cross join policy
    where not {{ is_student_job('spell', 'graduate', 'policy') }}

),

final as (

    select * from candidate
    where start_month = earliest_month

)

select * from final
