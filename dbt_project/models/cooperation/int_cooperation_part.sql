with

agreement_year as (

    select * from {{ ref('int_agreement_year') }}

),

key_equipment as (

    select * from {{ ref('int_key_equipment') }}

),

enterprise as (

    select * from {{ ref('stg_enterprise') }}
    where vocational_outlay is not null and revenue > 0

),

-- one row per counted unit: what it adds to the numerator and to the denominator
final as (

    select
        area_code,
        institution_code,
        year,
        'enterprise_participation' as indicator,
        agreement_id as counted_id,
        cast(case when is_participating then 1 else 0 end as double) as numerator,
        cast(1 as double) as denominator
    from agreement_year
    union all
    select
        area_code,
        institution_code,
        year,
        'key_equipment_failure_count' as indicator,
        item_id as counted_id,
        cast(case when is_failed then 1 else 0 end as double) as numerator,
        cast(1 as double) as denominator
    from key_equipment
    union all
    select
        area_code,
        institution_code,
        year,
        'key_equipment_failure_value' as indicator,
        item_id as counted_id,
        cast(case when is_failed then pledged else 0 end as double) as numerator,
        cast(pledged as double) as denominator
    from key_equipment
    union all
    select distinct
        agreement_year.area_code,
        agreement_year.institution_code,
        agreement_year.year,
        'outlay_intensity' as indicator,
        enterprise.enterprise_code as counted_id,
        cast(enterprise.vocational_outlay as double) as numerator,
        cast(enterprise.revenue as double) as denominator
    from agreement_year
    inner join enterprise
        on
            agreement_year.enterprise_code = enterprise.enterprise_code
            and agreement_year.year = enterprise.year
    union all
    select
        area_code,
        institution_code,
        year,
        'intern_conversion' as indicator,
        institution_code || ' ' || host_code as counted_id,
        cast(n_joined as double) as numerator,
        cast(n_interns as double) as denominator
    from {{ ref('int_intern_conversion') }}
    union all
    select
        area_code,
        institution_code,
        year,
        'board_share' as indicator,
        agreement_id as counted_id,
        cast(board_seats_enterprise as double) as numerator,
        cast(board_seats_total as double) as denominator
    from agreement_year
    where board_seats_enterprise is not null and board_seats_total > 0

)

select * from final
