with

graduate as (

    select
        *,
        row_number() over (
            partition by institution_code, program_code, cohort_year order by enrolled_on
        ) as enrolled_rank,
        row_number() over (
            partition by institution_code, program_code, cohort_year order by graduated_on
        ) as graduated_rank,
        count(*) over (partition by institution_code, program_code, cohort_year) as n_graduates
    from {{ ref('int_graduate') }}

),

-- the lower median date: with 2k people the k-th date
median as (

    select
        institution_code,
        program_code,
        program_group_code,
        cohort_year,
        max(n_graduates) as n_graduates,
        max(case when enrolled_rank = floor((n_graduates + 1) / 2.0) then enrolled_on end) as enrolled_on,
        max(case when graduated_rank = floor((n_graduates + 1) / 2.0) then graduated_on end) as graduated_on
    from graduate
    group by institution_code, program_code, program_group_code, cohort_year

),

institution_on_day as (

    {{ institution_on_day('median', 'graduated_on') }}

),

final as (

    select
        cast(row_number() over (
            order by median.institution_code, median.program_code, median.cohort_year
        ) as int) as cell_id,
        median.*,
        institution_on_day.region_class,
        {{ area('institution_on_day.region_code', 'policy.area_digits') }} as area_code
    from median
    cross join {{ ref('int_policy') }} as policy
    left join institution_on_day
        on
            median.institution_code = institution_on_day.institution_code
            and median.graduated_on = institution_on_day.on_day

)

select * from final
