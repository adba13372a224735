"""What was known of every program at the end of every year, as one long table of counts and values.

In come intermediate, staging and marts; out goes the temporary table ``flag_measure``. A past year sees
only what had happened by then: answers by ``responded_on``, course versions by ``effective_from``,
graduates by ``graduated_on``, pay and retention of a cohort only once every month behind them had passed.
History that a region delivers in one batch is therefore dated by its events, not by its receipt; later
corrections of old facts (a succession of employers, a price index) are seen by past years too.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from iecareer.flags.policy import FlagPolicy

GRADUATES = """
create or replace temp table flag_graduates as
select
    institution_code, program_code, mode(study_level order by study_level) as study_level, cohort_year,
    graduated_on, count(*) as n
from intermediate.int_graduate
where graduated_on <= $as_of
group by institution_code, program_code, cohort_year, graduated_on
"""

# One row per program, cohort and day of answer (none: no answer): how many were due at wave 6, how many
# answered, and how many of the employed whose occupation is known work in one the program trains for.
# Persons end here.
ANSWERS = """
create or replace temp table flag_answers as
select
    due.institution_code, due.program_code, due.cohort_year, due.responded_on,
    count(*) as n_due, count(*) filter (where due.is_answered) as n_answers,
    count(match.is_match) as n, count(*) filter (where match.is_match) as k
from intermediate.int_due_wave as due
left join intermediate.int_job_match as match
    on due.graduate_id = match.graduate_id and due.wave_months = match.wave_months
    and match.definition = 'normative' and match.fit = 'core_or_related'
where due.wave_months = 6
group by due.institution_code, due.program_code, due.cohort_year, due.responded_on
"""

# Newest cohort of which each quantity is complete at the end of each year.
NEWEST_COHORT = """
create or replace temp table flag_newest as
with years as (
    select unnest(range(min(cohort_year) + 1, year($as_of) + 1)) as as_of_year from flag_graduates
), ends as (
    select least(make_date(as_of_year, 12, 31), $as_of) as as_of from years
), cohort as (
    select ends.as_of, graduates.cohort_year, cast(max(graduates.graduated_on) as date) as last_on
    from ends
    inner join flag_graduates as graduates
        on graduates.graduated_on <= ends.as_of and graduates.cohort_year < year(ends.as_of)
    group by ends.as_of, graduates.cohort_year
)
select
    as_of,
    max(cohort_year) filter (where last_on + to_months($match) <= as_of) as match_cohort,
    max(cohort_year) filter (where last_on + to_months($pay) <= as_of) as pay_cohort,
    max(cohort_year) filter (where last_on + to_months($retention) <= as_of) as retention_cohort
from cohort
group by as_of
having max(cohort_year) filter (where last_on + to_months($match) <= as_of) is not null
"""

# Units judged: programs with graduates in the newest cohort whose answers are in.
UNITS = """
create or replace temp table flag_unit as
select
    newest.as_of, graduates.institution_code, graduates.program_code,
    newest.match_cohort, newest.pay_cohort, newest.retention_cohort,
    cast(sum(graduates.n) as integer) as n_graduates
from flag_newest as newest
inner join flag_graduates as graduates on newest.match_cohort = graduates.cohort_year
group by all
"""

CELLS = """
create or replace temp table flag_cell as
select
    newest.as_of, answers.institution_code, answers.program_code, answers.cohort_year,
    newest.match_cohort, sum(answers.n_due) as n_due,
    coalesce(sum(answers.n) filter (where answers.responded_on <= newest.as_of), 0) as n,
    coalesce(sum(answers.k) filter (where answers.responded_on <= newest.as_of), 0) as k,
    coalesce(sum(answers.n_answers) filter (where answers.responded_on <= newest.as_of), 0) as n_answers
from flag_newest as newest
inner join flag_answers as answers on answers.cohort_year <= newest.match_cohort
group by all
"""

# `match_next` of cohort c pools the cohorts c + 1 and c + 2: the target of the units whose newest cohort
# was c, and, for c = newest - 2, what is known today.
MATCH_MEASURES = """
with measure as (
    select *, 'match' as measure from flag_cell
    union all
    select * replace (match_cohort as cohort_year), 'match_recent'
    from flag_cell where cohort_year > match_cohort - $recent
    union all
    select * replace (cohort_year - 1 as cohort_year), 'match_next' from flag_cell
    union all
    select * replace (cohort_year - 2 as cohort_year), 'match_next' from flag_cell
)
insert into flag_measure
select
    as_of, institution_code, program_code, measure, cohort_year,
    sum(n), sum(k) / sum(n), sum(n)
from measure
where measure <> 'match_next' or cohort_year <= match_cohort - 2
group by as_of, institution_code, program_code, measure, cohort_year
having sum(n) > 0
"""

RESPONSE_MEASURE = """
insert into flag_measure
select
    as_of, institution_code, program_code, 'response', cohort_year, n_due, n_answers / n_due, n_due
from flag_cell
where cohort_year = match_cohort
"""

PAY_MEASURE = """
insert into flag_measure
select
    unit.as_of, unit.institution_code, unit.program_code, 'pay', salary.cohort_year,
    1, ln(salary.p50), salary.n
from flag_unit as unit
inner join marts.msr_starting_salary as salary
    on unit.institution_code = salary.institution_code and unit.program_code = salary.program_code
    and salary.cohort_year > unit.pay_cohort - $trend and salary.cohort_year <= unit.pay_cohort
where salary.measure = 'register' and salary.p50 > 0
"""

RETENTION_MEASURE = """
insert into flag_measure
select
    unit.as_of, unit.institution_code, unit.program_code, 'retention', unit.retention_cohort,
    retention.n, retention.retention, retention.n_at_risk
from flag_unit as unit
inner join marts.msr_retention as retention
    on unit.institution_code = retention.institution_code and unit.program_code = retention.program_code
    and unit.retention_cohort = retention.cohort_year
where retention.horizon_months = 12 and retention.retention is not null
"""

# The version of a course in force is its newest one begun by then and not yet ended.
COURSE_MEASURES = """
with version as (
    select
        unit.as_of, unit.institution_code, unit.program_code, course.course_code, course.effective_from,
        course.effective_to, course.hours,
        row_number() over (
            partition by unit.as_of, unit.institution_code, unit.program_code, course.course_code
            order by course.effective_from desc
        ) as recency
    from flag_unit as unit
    inner join staging.stg_course as course
        on unit.institution_code = course.institution_code and unit.program_code = course.program_code
        and course.effective_from <= unit.as_of
), program as (
    select
        as_of, institution_code, program_code, count(*) as n_courses,
        date_diff('month', max(effective_from), as_of) as course_age,
        sum(hours) filter (where effective_from > as_of - to_months($change)) / sum(hours) as hours_changed
    from version
    where recency = 1 and (effective_to is null or effective_to > as_of)
    group by as_of, institution_code, program_code
)
insert into flag_measure
select as_of, institution_code, program_code, 'course_age', 0, 1, course_age, n_courses from program
union all
select as_of, institution_code, program_code, 'hours_changed', 0, 1, coalesce(hours_changed, 0), n_courses
from program
"""

EMPTY_MEASURE = """
create or replace temp table flag_measure (
    as_of date, institution_code varchar, program_code varchar, measure varchar, cohort_year integer,
    weight double, value double, n double
)
"""


def measure_programs(connection: duckdb.DuckDBPyConnection, as_of: date, policy: FlagPolicy) -> None:
    """Fill the temporary tables ``flag_unit`` and ``flag_measure`` for all year ends up to ``as_of``.

    ``flag_unit``: one row per program, institution and as-of. ``flag_measure``: one row per as-of,
    program, measure and cohort (0 where a measure has none), with ``value``, the ``weight`` it has
    among peers and the ``n`` behind it (answers, persons or courses).
    """
    day = {"as_of": as_of}
    connection.execute(GRADUATES, day)
    connection.execute(ANSWERS)
    months = {
        "match": int(policy.months_until_match_known),
        "pay": int(policy.months_until_pay_known),
        "retention": int(policy.months_until_retention_known),
    }
    connection.execute(NEWEST_COHORT, day | months)
    connection.execute(UNITS)
    connection.execute(CELLS)
    connection.execute(EMPTY_MEASURE)
    connection.execute(MATCH_MEASURES, {"recent": int(policy.recent_cohorts)})
    connection.execute(RESPONSE_MEASURE)
    connection.execute(PAY_MEASURE, {"trend": int(policy.trend_cohorts)})
    connection.execute(RETENTION_MEASURE)
    connection.execute(COURSE_MEASURES, {"change": int(policy.course_change_months)})
