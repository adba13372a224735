{{ config(alias='review_cycle') }}
with

institution as (

    select distinct institution_code
    from {{ ref('dim_institution') }}
    where valid_from <= {{ as_of() }} and coalesce(valid_to, {{ as_of() }}) >= {{ as_of() }}

),

evaluation as (

    select
        institution_code,
        evaluated_on,
        score,
        row_number() over (partition by institution_code order by evaluated_on desc) as newest_first
    from {{ ref('stg_site_evaluation') }}
    where evaluated_on <= {{ as_of() }}

),

tracking as (

    select
        institution_code,
        year,
        result,
        row_number() over (partition by institution_code order by year desc) as newest_first
    from {{ ref('lights_light') }}
    where scope = 'institution' and result is not null

),

joined as (

    select
        institution.institution_code,
        evaluation.evaluated_on as last_site_evaluation_on,
        cast(evaluation.score as double) as site_score,
        {{ add_months('evaluation.evaluated_on', 'cast(instrument_policy.review_months as int)') }} as due_on,
        tracking.year as tracking_year,
        tracking.result as tracking_score
    from institution
    cross join {{ ref('int_instrument_policy') }} as instrument_policy
    left join evaluation
        on institution.institution_code = evaluation.institution_code and evaluation.newest_first = 1
    left join tracking
        on institution.institution_code = tracking.institution_code and tracking.newest_first = 1

),

banded as (

    select
        joined.*,
        coalesce(joined.due_on <= {{ as_of() }}, true) as is_due,
        {{ light_band('joined.site_score') }} as site_band,
        {{ light_band('joined.tracking_score') }} as tracking_band
    from joined
    cross join {{ ref('int_light_policy') }} as policy

),

final as (

    select
        institution_code,
        last_site_evaluation_on,
        site_score,
        due_on,
        is_due,
        tracking_year,
        tracking_score,
        site_band,
        tracking_band,
        site_band <> tracking_band as disagrees
    from banded

)

select * from final
