with

institution_month as (

    select * from {{ ref('int_institution_month') }}

),

policy as (

    select spell_gap_months + 1 as months_unseen from {{ ref('int_policy') }}

),

institution as (

    select distinct
        institution_code,
        t_obs_month
    from institution_month

),

-- months belong to a graduation until the person's next graduation
owned as (

    select
        graduate.graduate_id,
        graduate.institution_code,
        graduate.graduation_month,
        institution.t_obs_month,
        least(institution.t_obs_month, coalesce(graduate.next_graduation_month - 1, institution.t_obs_month))
            as last_month
    from {{ ref('int_graduate') }} as graduate
    inner join institution on graduate.institution_code = institution.institution_code

),

last_owned as (

    select distinct
        institution_code,
        last_month
    from owned

),

-- enough later months are not open to see that a job ended in this month
seen as (

    select
        last_owned.institution_code,
        last_owned.last_month,
        max(earlier.month_number) as seen_until_month
    from last_owned
    cross join policy
    inner join institution_month as final_month
        on
            last_owned.institution_code = final_month.institution_code
            and last_owned.last_month = final_month.month_number
    inner join institution_month as earlier
        on
            last_owned.institution_code = earlier.institution_code
            and final_month.n_closed_months - earlier.n_closed_months >= policy.months_unseen
    group by last_owned.institution_code, last_owned.last_month

),

final as (

    select
        owned.graduate_id,
        owned.last_month,
        coalesce(seen.seen_until_month, owned.graduation_month - 1) as seen_until_month,
        -- jobs that began before graduation can be distinguished from first jobs; after t_obs nothing is known yet
        start_month.observed_since_month is not null
        or owned.graduation_month - policy.months_unseen > owned.t_obs_month as is_start_observed,
        coalesce(newest_month.observed_since_month <= owned.graduation_month, false) as is_whole_observed
    from owned
    cross join policy
    left join seen
        on
            owned.institution_code = seen.institution_code
            and owned.last_month = seen.last_month
    left join institution_month as start_month
        on
            owned.institution_code = start_month.institution_code
            and owned.graduation_month - policy.months_unseen = start_month.month_number
    left join institution_month as newest_month
        on
            owned.institution_code = newest_month.institution_code
            and owned.t_obs_month = newest_month.month_number

)

select * from final
