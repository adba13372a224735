with

source as (

    select * from {{ source('landing', 'job_posting') }}

),

final as (

    select
        posting_id,
        posted_on,
        title,
        occupation_code,
        region_code,
        enterprise_code,
        salary_low,
        salary_high,
        education_required,
        description,
        source_id
    from source

)

select * from final
