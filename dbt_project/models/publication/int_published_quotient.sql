with

cell_split as (

    select
        state_family,
        months,
        cell_id,
        split,
        max(release_number) as release_number
    from {{ ref('int_published_state') }}
    group by state_family, months, cell_id, split

),

-- a wave that nobody answered was not carried out: it only has a response rate
asked as (

    select distinct wave_months from {{ ref('int_due_wave') }}
    where is_answered

),

-- a program whose list has no core occupation has no core match
with_core as (

    select distinct program_cohort.cell_id
    from {{ ref('int_program_cohort') }} as program_cohort
    inner join {{ ref('int_occupation_list') }} as occupation_list
        on
            program_cohort.program_code = occupation_list.program_code
            and program_cohort.cohort_year = occupation_list.cohort_year
            and occupation_list.fit = 'core'

),

listed as (

    select
        cell_split.state_family,
        cell_split.months,
        cell_split.cell_id,
        cell_split.release_number,
        quotient.table_name,
        quotient.definition,
        quotient.fit,
        quotient.split,
        quotient.state,
        quotient.is_hit
    from cell_split
    inner join {{ ref('published_quotient') }} as quotient on cell_split.split = quotient.split
    left join asked on cell_split.months = asked.wave_months
    left join with_core on cell_split.cell_id = with_core.cell_id
    where
        (cell_split.state_family <> 'survey' or quotient.table_name = 'response' or asked.wave_months is not null)
        and (coalesce(quotient.fit, '') <> 'core' or with_core.cell_id is not null)

),

comparable as (

    select
        graduate_cell.cell_id,
        case when status.definition = 'moe_initial' then 'registration_initial' else 'registration_final' end
            as state_family,
        min(case when status.is_comparable then 1 else 0 end) as is_comparable
    from {{ ref('int_destination_status') }} as status
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on status.graduate_id = graduate_cell.graduate_id
    where status.definition in ('moe_initial', 'moe_final')
    group by graduate_cell.cell_id, status.definition

),

final as (

    select
        listed.table_name,
        listed.months,
        listed.definition,
        listed.fit,
        listed.cell_id,
        cast(sum(case when listed.is_hit then coalesce(state.n, 0) else 0 end) as bigint) as k,
        cast(sum(coalesce(state.n, 0)) as bigint) as n,
        min(coalesce(comparable.is_comparable, 1)) = 1 as is_comparable,
        max(listed.release_number) as release_number
    from listed
    left join {{ ref('int_published_state') }} as state
        on
            listed.state_family = state.state_family
            and listed.months = state.months
            and listed.cell_id = state.cell_id
            and listed.split = state.split
            and listed.state = state.state
    left join comparable
        on
            listed.state_family = comparable.state_family
            and listed.cell_id = comparable.cell_id
    group by listed.table_name, listed.months, listed.definition, listed.fit, listed.cell_id

)

select * from final
