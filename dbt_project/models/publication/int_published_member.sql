with

answer as (

    select
        'survey' as state_family,
        wave_months as months,
        graduate_id,
        concat_ws('|', activity, self_report, normative, realised, vertical) as state
    from {{ ref('int_published_answer') }}

),

destination_kind as (

    select
        destination,
        max(case
            when definition = 'moe_contract' then 'contract' when definition = 'moe_flexible' then 'flexible'
            when definition = 'moe_study' then 'study'
        end) as kind
    from {{ ref('stg_policy_destination_formula') }}
    group by destination

),

registration_day as (

    select distinct
        case when definition = 'moe_initial' then 'registration_initial' else 'registration_final' end as state_family,
        until_month,
        until_day
    from {{ ref('stg_policy_destination_formula') }}

),

registration as (

    select
        registration_day.state_family,
        0 as months,
        destination.graduate_id,
        case
            when destination.destination is null then 'not_registered'
            else coalesce(destination_kind.kind, 'not_placed')
        end as state
    from {{ ref('int_destination') }} as destination
    inner join registration_day
        on
            destination.until_month = registration_day.until_month
            and destination.until_day = registration_day.until_day
    left join destination_kind on destination.destination = destination_kind.destination

),

insurance as (

    select
        'insurance' as state_family,
        wave_months as months,
        graduate_id,
        case
            when is_insured then 'at_wave'
            when not is_capture_observed then 'not_judged'
            when is_not_captured then 'never'
            else 'other_time'
        end as state
    from {{ ref('int_register_wave') }}

),

workplace as (

    {% for dimension in ['place', 'industry', 'size_class', 'ownership'] %}
        select
            'workplace_{{ dimension }}' as state_family,
            horizon_months as months,
            graduate_id,
            {{ 'owner_type' if dimension == 'ownership' else dimension }} as state
        from {{ ref('int_workplace_category') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

employer as (

    select
        'employer' as state_family,
        horizon_months as months,
        graduate_id,
        case when n_employers = 1 then 'one' when n_employers = 2 then 'two' else 'three_or_more' end as state
    from {{ ref('int_employer_count') }}

),

phase as (

    select listed.phase
    from (values ('during_studies'), ('since_graduation')) as listed (phase)

),

-- no rows of what was never delivered: 0 would be wrong
certificate_delivered as (

    select distinct 1 as is_delivered from {{ ref('stg_skill_certificate') }}

),

output_delivered as (

    select distinct 1 as is_delivered from {{ ref('stg_innovation_output') }}

),

examined as (

    select
        graduate_id,
        phase,
        max(case when passed then 'passed' else 'failed' end) as state
    from {{ ref('int_certificate') }}
    group by graduate_id, phase

),

certificate as (

    select
        concat('certificate_', phase.phase) as state_family,
        0 as months,
        graduate.graduate_id,
        coalesce(examined.state, 'not_examined') as state
    from {{ ref('int_graduate') }} as graduate
    cross join phase
    inner join certificate_delivered on true
    left join examined
        on
            graduate.graduate_id = examined.graduate_id
            and phase.phase = examined.phase

),

kind as (

    select
        listed.kind,
        listed.place
    from (
        values
        ('invention_patent', 1), ('utility_patent', 2), ('design_patent', 3), ('technical_improvement', 4), ('award', 5)
    ) as listed (kind, place)

),

first_output as (

    select
        innovation_time.graduate_id,
        min_by(kind.kind, kind.place) as kind
    from {{ ref('int_innovation_time') }} as innovation_time
    inner join {{ ref('stg_innovation_output') }} as innovation_output
        on
            innovation_time.person_key = innovation_output.person_key
            and {{ month_number('innovation_output.granted_on') }} >= innovation_time.graduation_month
            and {{ month_number('innovation_output.granted_on') }} < innovation_time.end_month
    inner join kind on innovation_output.kind = kind.kind
    group by innovation_time.graduate_id

),

innovation as (

    select
        'innovation' as state_family,
        0 as months,
        innovation_time.graduate_id,
        coalesce(first_output.kind, 'none') as state
    from {{ ref('int_innovation_time') }} as innovation_time
    inner join output_delivered on true
    left join first_output on innovation_time.graduate_id = first_output.graduate_id

),

member as (

    {% for part in [
        'answer', 'registration', 'insurance', 'workplace', 'employer', 'certificate', 'innovation'
    ] %}
        select * from {{ part }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        member.state_family,
        cast(member.months as int) as months,
        graduate_cell.cell_id,
        member.graduate_id,
        member.state
    from member
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on member.graduate_id = graduate_cell.graduate_id

)

select * from final
