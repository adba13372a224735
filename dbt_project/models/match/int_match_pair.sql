with

-- normative with the whole list (core_or_related); vertical is left out: it asks another question
judged as (

    select
        graduate_id,
        wave_months,
        definition,
        is_match
    from {{ ref('int_job_match') }}
    where
        definition in ('self_report', 'realised')
        or (definition = 'normative' and fit = 'core_or_related')

),

final as (

    select
        graduate_cell.cell_id,
        one.wave_months,
        one.definition,
        other.definition as other_definition,
        count(*) as n,
        cast(sum(case when one.is_match and other.is_match then 1 else 0 end) as bigint) as n_both,
        cast(sum(case when one.is_match and not other.is_match then 1 else 0 end) as bigint) as n_this_only,
        cast(sum(case when not one.is_match and other.is_match then 1 else 0 end) as bigint) as n_other_only,
        cast(sum(case when not one.is_match and not other.is_match then 1 else 0 end) as bigint) as n_neither
    from judged as one
    inner join judged as other
        on
            one.graduate_id = other.graduate_id
            and one.wave_months = other.wave_months
            and one.definition < other.definition
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on one.graduate_id = graduate_cell.graduate_id
    group by graduate_cell.cell_id, one.wave_months, one.definition, other.definition

)

select * from final
