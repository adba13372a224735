with

final as (

    select
        institution_year.region_class,
        outcome.year,
        sum(outcome.certificate_hits) / cast(nullif(sum(outcome.certificate_n), 0) as double) as certificate_benchmark,
        sum(outcome.retention_n * outcome.retention) / cast(nullif(sum(outcome.retention_n), 0) as double)
            as retention_benchmark
    from {{ ref('basis_institution_outcome') }} as outcome
    inner join {{ ref('basis_institution_year') }} as institution_year
        on
            outcome.institution_code = institution_year.institution_code
            and outcome.year = institution_year.year
    where institution_year.region_class is not null
    group by institution_year.region_class, outcome.year

)

select * from final
