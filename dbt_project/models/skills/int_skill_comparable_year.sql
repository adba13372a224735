with

posting as (

    select
        program_code,
        year,
        source_id,
        sum(weight) as weight,
        sum(weight * weight) as squared_weight
    from {{ ref('int_skill_weight') }}
    where year < year({{ as_of() }}) or {{ as_of() }} = make_date(year, 12, 31)
    group by program_code, year, source_id

),

-- only sources that have postings in paired years
paired as (

    select
        newer.program_code,
        newer.year,
        newer.source_id,
        newer.weight,
        newer.squared_weight,
        older.weight as weight_before,
        older.squared_weight as squared_weight_before
    from posting as newer
    inner join posting as older
        on
            newer.program_code = older.program_code
            and newer.source_id = older.source_id
            and newer.year = older.year + 1

),

final as (

    select
        *,
        sum(weight) over (partition by program_code, year) as weight_of_year,
        sum(weight_before) over (partition by program_code, year) as weight_of_year_before,
        power(sum(weight) over (partition by program_code, year), 2)
        / sum(squared_weight) over (partition by program_code, year) as n_eff,
        power(sum(weight_before) over (partition by program_code, year), 2)
        / sum(squared_weight_before) over (partition by program_code, year) as n_eff_before
    from paired

)

select * from final
