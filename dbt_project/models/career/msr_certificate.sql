{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

program_cohort as (

    select * from {{ ref('int_graduate_cell') }}

),

-- no rows if certificates were never delivered: a share of 0 would be wrong
delivered as (

    select distinct 1 as is_delivered
    from {{ ref('stg_skill_certificate') }}

),

phase as (

    select listed.phase
    from (values ('during_studies'), ('since_graduation')) as listed (phase)

),

passed as (

    select
        program_cohort.cell_id,
        certificate.phase,
        'passed' as measure,
        count(*) as n,
        sum(case when certificate.passed then 1 else 0 end) as n_hits
    from {{ ref('int_certificate') }} as certificate
    inner join program_cohort on certificate.graduate_id = program_cohort.graduate_id
    group by program_cohort.cell_id, certificate.phase

),

holder as (

    select distinct
        graduate_id,
        phase
    from {{ ref('int_certificate') }}
    where passed

),

holders as (

    select
        program_cohort.cell_id,
        phase.phase,
        'holders' as measure,
        count(*) as n,
        count(holder.graduate_id) as n_hits
    from program_cohort
    cross join phase
    inner join delivered on true
    left join holder
        on
            program_cohort.graduate_id = holder.graduate_id
            and phase.phase = holder.phase
    group by program_cohort.cell_id, phase.phase

),

counted as (

    select * from passed
    union all
    select * from holders

),

rolled as (

    {{ rolled_sums('counted', ['phase', 'measure'], ['n', 'n_hits']) }}

),

rate as (

    select
        *,
        cast(n_hits as double) / n as share
    from rolled

),

indicator as (

    {{ with_wilson('rate', 'share', 'n') }}

),

final as (

    {{ with_rollup('indicator', [
        'phase', 'measure', 'n', 'n_hits', 'share', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
