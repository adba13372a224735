with

comparable as (

    select * from {{ ref('int_skill_comparable_year') }}

),

of_source as (

    select
        posting.program_code,
        posting.year,
        posting.source_id,
        skill.skill_id,
        sum(posting.weight) as weight
    from {{ ref('int_skill_weight') }} as posting
    inner join {{ source('skills', 'skill_of_posting') }} as skill on posting.posting_id = skill.posting_id
    group by posting.program_code, posting.year, posting.source_id, skill.skill_id

),

-- weight of the postings with the skill, in a year and in the year before it
paired as (

    {% for year, before in [('comparable.year', 0), ('comparable.year - 1', 1)] %}
        select
            comparable.program_code,
            comparable.year,
            of_source.skill_id,
            {{ '0.0' if before else 'of_source.weight' }} as weight,
            {{ 'of_source.weight' if before else '0.0' }} as weight_before,
            comparable.weight_of_year,
            comparable.weight_of_year_before,
            comparable.n_eff,
            comparable.n_eff_before
        from comparable
        inner join of_source
            on
                comparable.program_code = of_source.program_code
                and comparable.source_id = of_source.source_id
                and {{ year }} = of_source.year
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- effective postings with the skill
final as (

    select
        program_code,
        year,
        skill_id,
        n_eff,
        n_eff_before,
        least(1.0, sum(weight) / weight_of_year) * n_eff as k,
        least(1.0, sum(weight_before) / weight_of_year_before) * n_eff_before as k_before
    from paired
    group by program_code, year, skill_id, n_eff, n_eff_before, weight_of_year, weight_of_year_before

)

select * from final
