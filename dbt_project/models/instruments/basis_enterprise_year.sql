with

agreement_year as (

    select
        agreement_year.*,
        agreement.mode <> 'research' as is_judged
    from {{ ref('int_agreement_year') }} as agreement_year
    inner join {{ ref('stg_cooperation_agreement') }} as agreement
        on agreement_year.agreement_id = agreement.agreement_id
    where agreement_year.year < year({{ as_of() }})

),

joined as (

    select
        host_code,
        year,
        sum(n_joined) as n_joined
    from {{ ref('int_intern_conversion') }}
    group by host_code, year
    having sum(n_interns) > 0

),

hosted as (

    select
        host_code,
        year,
        cast(sum(case when is_judged then 1 else 0 end) as bigint) as n_agreements,
        cast(sum(case when is_judged and is_participating then 1 else 0 end) as bigint) as n_participating,
        cast(coalesce(sum(interns_hosted), 0) as bigint) as n_interns
    from agreement_year
    group by host_code, year

),

final as (

    select
        hosted.host_code as enterprise_code,
        hosted.year,
        hosted.n_agreements,
        hosted.n_participating,
        hosted.n_interns,
        cast(joined.n_joined as bigint) as n_joined
    from hosted
    left join joined on hosted.host_code = joined.host_code and hosted.year = joined.year

)

select * from final
