{{ config(schema='indicators', post_hook=["{{ published_rows('region', []) }}", '{{ published_rollup() }}']) }}
with

pair as (

    select * from {{ ref('int_match_pair') }}

),

counted as (

    {{ rolled_sums(
        'pair',
        ['wave_months', 'definition', 'other_definition'],
        ['n', 'n_both', 'n_this_only', 'n_other_only', 'n_neither']
    ) }}

),

policy as (

    select normal_quantile from {{ ref('int_policy') }}

),

share as (

    select
        *,
        cast(n_both as double) / n as p_both,
        cast(n_this_only as double) / n as p_this_only,
        cast(n_other_only as double) / n as p_other_only,
        cast(n_neither as double) / n as p_neither,
        cast(n_both + n_this_only as double) / n as p_this,
        cast(n_both + n_other_only as double) / n as p_other
    from counted

),

expected as (

    select
        *,
        p_both + p_neither as agreement,
        p_this * p_other + (1 - p_this) * (1 - p_other) as by_chance
    from share

),

-- kappa is undefined if both definitions give everybody the same answer: chance explains all agreement
agreed as (

    select
        *,
        case when by_chance < 1 then (agreement - by_chance) / (1 - by_chance) end as kappa
    from expected

),

-- large-sample variance of Fleiss, Cohen and Everitt, times n
varied as (

    select
        *,
        p_both * power(1 - (p_this + p_other) * (1 - kappa), 2)
        + p_neither * power(1 - (2 - p_this - p_other) * (1 - kappa), 2)
        + power(1 - kappa, 2) * (
            p_this_only * power(p_other + 1 - p_this, 2) + p_other_only * power(1 - p_other + p_this, 2)
        )
        - power(kappa - by_chance * (1 - kappa), 2) as variance
    from agreed

),

-- set to exactly 0 if one definition is constant or both always agree: the square root would magnify rounding errors
error as (

    select
        *,
        case when by_chance < 1 then sqrt({{ exactly('variance', '0.0') }} / n) / (1 - by_chance) end as standard_error
    from varied

),

indicator as (

    select
        error.rollup_id,
        error.wave_months,
        error.definition,
        error.other_definition,
        error.n,
        error.n_both,
        error.n_this_only,
        error.n_other_only,
        error.n_neither,
        error.agreement,
        error.kappa,
        error.kappa - policy.normal_quantile * error.standard_error as ci_low,
        error.kappa + policy.normal_quantile * error.standard_error as ci_high,
        case when error.kappa is null then 'not_comparable' else 'ok' end as status
    from error
    cross join policy

),

final as (

    {{ with_rollup('indicator', [
        'wave_months', 'definition', 'other_definition', 'n', 'n_both', 'n_this_only', 'n_other_only',
        'n_neither', 'agreement', 'kappa', 'ci_low', 'ci_high', 'status'
    ]) }}

)

select * from final
