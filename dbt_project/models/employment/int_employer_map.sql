with recursive

succession as (

    select
        predecessor_code as enterprise_code,
        successor_code as mapped_code
    from {{ ref('stg_employer_succession') }}

),

-- a chain ends at an employer without a successor, or before a code would come up twice
chain as (

    select
        enterprise_code,
        mapped_code,
        1 as n_steps,
        '|' || enterprise_code || '|' || mapped_code || '|' as passed_codes
    from succession
    union all
    select
        chain.enterprise_code,
        succession.mapped_code,
        chain.n_steps + 1 as n_steps,
        chain.passed_codes || succession.mapped_code || '|' as passed_codes
    from chain
    inner join succession on chain.mapped_code = succession.enterprise_code
    where instr(chain.passed_codes, '|' || succession.mapped_code || '|') = 0

),

followed as (

    select
        enterprise_code,
        max_by(mapped_code, n_steps) as mapped_code
    from chain
    group by enterprise_code

),

circle as (

    select
        count(*) as n_pending,
        string_agg(distinct followed.mapped_code, ', ') as circle_codes
    from followed
    inner join succession on followed.mapped_code = succession.enterprise_code

),

final as (

    select
        followed.enterprise_code,
        followed.mapped_code
    from followed
    cross join circle
    where
        case
            when circle.n_pending = 0 then true
            else {{ raise_error("'employer_succession runs in a circle: ' || circle.circle_codes") }}
        end

)

select * from final
