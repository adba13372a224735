{#- The block of cohorts in which the pay of each program-cohort is published. -#}
with

policy as (

    select
        rounding_base,
        min_n_wage,
        block_share,
        block_finished_months,
        {{ month_number(as_of()) }} as as_of_month
    from {{ ref('int_disclosure_policy') }}

),

cell as (

    select
        program_cohort.cell_id,
        program_cohort.institution_code,
        program_cohort.program_code,
        program_cohort.cohort_year,
        -- a block of cohorts has one level: that of the newest cohort of the institution's program
        first_value(program_level.study_level) over (
            partition by program_cohort.institution_code, program_cohort.program_code
            order by program_cohort.cohort_year desc
        ) as study_level,
        {{ month_number('program_cohort.graduated_on') }} as graduation_month
    from {{ ref('int_program_cohort') }} as program_cohort
    inner join {{ ref('int_program_level') }} as program_level
        on
            program_cohort.institution_code = program_level.institution_code
            and program_cohort.program_code = program_level.program_code
            and program_cohort.cohort_year = program_level.cohort_year

),

paid as (

    select
        cell_id,
        count(*) as n,
        {{ key_number('publication_number') }} as key_number
    from {{ ref('int_published_pay_person') }}
    where table_name = 'starting_salary' and measure = 'register'
    group by cell_id

),

length as (

    select listed.block_length
    from (values (1), (2), (3)) as listed (block_length)

),

cell_block as (

    select
        cell.*,
        length.block_length,
        cast(floor(cast(cell.cohort_year as double) / length.block_length) as int) as block
    from cell
    cross join length

),

last_cohort as (

    select max(cohort_year) as cohort_year from cell

),

-- a block is finished once first jobs of its newest cohort have begun and have been paid
finished as (

    select
        cell_block.program_code,
        cell_block.study_level,
        cell_block.block_length,
        cell_block.block,
        max(cell_block.graduation_month) + max(policy.block_finished_months) <= max(policy.as_of_month)
        and (max(cell_block.block) + 1) * cell_block.block_length - 1 <= max(last_cohort.cohort_year) as is_finished
    from cell_block
    cross join policy
    cross join last_cohort
    group by cell_block.program_code, cell_block.study_level, cell_block.block_length, cell_block.block

),

block_size as (

    select
        cell_block.institution_code,
        cell_block.program_code,
        cell_block.study_level,
        cell_block.block_length,
        cell_block.block,
        {{ rounded_count(
            'cast(coalesce(sum(paid.n), 0) as double)', 'coalesce(sum(paid.key_number) % 4294967296, 0)',
            'max(policy.rounding_base)'
        ) }} as n
    from cell_block
    cross join policy
    left join paid on cell_block.cell_id = paid.cell_id
    group by
        cell_block.institution_code,
        cell_block.program_code,
        cell_block.study_level,
        cell_block.block_length,
        cell_block.block

),

reached as (

    select
        block_size.program_code,
        block_size.study_level,
        block_size.block_length,
        avg(case when block_size.n >= policy.min_n_wage then 1.0 else 0.0 end) as share_reached
    from block_size
    cross join policy
    inner join finished
        on
            block_size.program_code = finished.program_code
            and block_size.study_level = finished.study_level
            and block_size.block_length = finished.block_length
            and block_size.block = finished.block
    where finished.is_finished
    group by block_size.program_code, block_size.study_level, block_size.block_length

),

program as (

    select distinct
        program_code,
        study_level
    from cell

),

-- the shortest block in which most programs reach the minimum; else the longest
chosen as (

    select
        program.program_code,
        program.study_level,
        -- blocks may become longer with a release, never shorter
        greatest(
            coalesce(min(reached.block_length), 3), coalesce(max(cast(released.number_value as int)), 1)
        ) as block_length
    from program
    cross join policy
    left join {{ ref('stg_released_number') }} as released
        on
            released.unit_family = 'pay_block'
            and released.unit_id = concat_ws('|', program.program_code, program.study_level)
    left join reached
        on
            program.program_code = reached.program_code
            and program.study_level = reached.study_level
            and policy.block_share <= reached.share_reached
    group by program.program_code, program.study_level

),

final as (

    select
        cell_block.cell_id,
        cell_block.institution_code,
        cell_block.program_code,
        cell_block.study_level,
        cell_block.cohort_year,
        cell_block.block_length,
        cast(cell_block.block * cell_block.block_length as int) as cohort_from,
        cast((cell_block.block + 1) * cell_block.block_length - 1 as int) as cohort_to,
        cell_block.block_length = 1 or finished.is_finished as is_finished
    from cell_block
    inner join chosen
        on
            cell_block.program_code = chosen.program_code
            and cell_block.study_level = chosen.study_level
            and cell_block.block_length = chosen.block_length
    inner join finished
        on
            cell_block.program_code = finished.program_code
            and cell_block.study_level = finished.study_level
            and cell_block.block_length = finished.block_length
            and cell_block.block = finished.block

)

select * from final
