{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

person as (

    select
        employer_count.*,
        member.cell_id
    from {{ ref('int_employer_count') }} as employer_count
    inner join {{ ref('int_cell_member') }} as member on employer_count.graduate_id = member.graduate_id

),

counted as (

    select
        cell_id,
        horizon_months,
        count(*) as n,
        sum(n_employers) as n_employers,
        sum(case when n_employers = 1 then 1 else 0 end) as n_one_employer
    from person
    group by cell_id, horizon_months

),

rolled as (

    {{ rolled_sums('counted', ['horizon_months'], ['n', 'n_employers', 'n_one_employer'], with_employers=true) }}

),

rate as (

    select
        *,
        cast(n_employers as double) / n as mean_employers,
        cast(n_one_employer as double) / n as share_one_employer
    from rolled

),

indicator as (

    {{ with_wilson('rate', 'share_one_employer', 'n') }}

),

final as (

    {{ with_rollup('indicator', [
        'horizon_months', 'n', 'n_employers', 'n_one_employer', 'mean_employers', 'share_one_employer',
        'ci_low', 'ci_high', 'status'
    ], ref('int_every_rollup')) }}

)

select * from final
