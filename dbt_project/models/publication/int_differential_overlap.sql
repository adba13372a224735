{#-
    Two differentials whose treated sets are nearly equal would together give away the pay of the graduates in whom they
    differ. A set is a union of groups that are whole in every set of the method, so groups are compared, not graduates.
-#}
with

treated as (

    {% for method, model, group in [
        ('raw', 'int_differential_pair', "cast(cell_id as string)"),
        ('stratified', 'int_differential_cell', "institution_code || '|' || stratum_key"),
        (
            'adjusted', 'int_differential_counterpart',
            "institution_code || '|' || program_code || '|' || cast(cohort_year as string)",
        ),
    ] -%}
        select
            analysis_key,
            measure,
            '{{ method }}' as method,
            {{ group }} as group_key,
            n
        from {{ ref(model) }}
        where is_cooperative
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- differentials with fewer graduates are not published
large as (

    select
        differential.analysis_key,
        differential.measure,
        differential.method,
        policy.min_n_wage
    from {{ ref('int_differential_count') }} as differential
    cross join {{ ref('int_disclosure_policy') }} as policy
    where least(differential.n_cooperative, differential.n_comparison) >= policy.min_n_wage

),

counted as (

    select
        treated.*,
        large.min_n_wage,
        sum(treated.n) over (partition by treated.analysis_key, treated.measure, treated.method) as n_treated
    from treated
    inner join large
        on
            treated.analysis_key = large.analysis_key
            and treated.measure = large.measure
            and treated.method = large.method

),

-- sets without a common graduate differ in all of their graduates: more than the minimum
shared as (

    select
        one.measure,
        one.method,
        one.analysis_key,
        other.analysis_key as other_analysis_key,
        max(one.min_n_wage) as min_n_wage,
        cast(max(one.n_treated) + max(other.n_treated) - 2 * sum(one.n) as bigint) as n_different
    from counted as one
    inner join counted as other
        on
            one.measure = other.measure
            and one.method = other.method
            and one.group_key = other.group_key
    where
        one.analysis_key < other.analysis_key
        and abs(one.n_treated - other.n_treated) < one.min_n_wage
    group by one.measure, one.method, one.analysis_key, other.analysis_key

),

final as (

    select
        measure,
        method,
        analysis_key,
        other_analysis_key,
        n_different
    from shared
    where n_different > 0 and n_different < min_n_wage

)

select * from final
