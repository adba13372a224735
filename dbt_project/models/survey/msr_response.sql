{{ config(schema='indicators', post_hook=["{{ published_rows() }}", '{{ published_rollup() }}']) }}
with

due_wave as (

    select
        due_wave.*,
        graduate_cell.cell_id
    from {{ ref('int_due_wave') }} as due_wave
    inner join {{ ref('int_graduate_cell') }} as graduate_cell on due_wave.graduate_id = graduate_cell.graduate_id

),

counted as (

    select
        cell_id,
        wave_months,
        count(*) as n,
        sum(case when is_answered then 1 else 0 end) as n_respondents
    from due_wave
    group by cell_id, wave_months

),

rolled as (

    {{ rolled_sums('counted', ['wave_months'], ['n', 'n_respondents']) }}

),

rate as (

    select
        *,
        cast(n_respondents as double) / n as response_rate
    from rolled

),

indicator as (

    {{ with_wilson('rate', 'response_rate', 'n') }}

),

final as (

    {{ with_rollup('indicator', [
        'wave_months', 'n', 'n_respondents', 'response_rate', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
