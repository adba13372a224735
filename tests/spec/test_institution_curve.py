"""The retention curve that feedback shows of an institution."""

from __future__ import annotations

import duckdb

# Institutions none of whose program-cohorts has fewer spells than the minimum of ten.
COMPARED = """
with cell as (
    select institution_code, max(n_at_risk) as n from marts.msr_retention_curve
    group by institution_code, program_code, cohort_year
), without_small as (
    select institution_code from cell group by institution_code having min(n) >= 10
)
select count(*), count(distinct curve.institution_code), max(abs(curve.retention - whole.retention)),
    max(abs(curve.ci_low - whole.ci_low)), max(abs(curve.ci_high - whole.ci_high)),
    count(*) filter (curve.n_at_risk is distinct from whole.n_at_risk)
from indicators.msr_institution_curve as curve
semi join without_small using (institution_code)
left join marts.msr_retention_curve_rollup as whole
    on curve.institution_code = whole.institution_code and curve.months = whole.months
    and whole.scope = 'institution' and whole.cohort_year is null
"""


def test_where_no_program_is_small_it_is_the_curve_of_the_roll_up(built: duckdb.DuckDBPyConnection) -> None:
    (found,) = built.execute(COMPARED).fetchall()
    n_rows, n_institutions, *differences, n_other_counts = found
    assert n_rows > 50
    assert n_institutions > 2
    assert all(difference < 1e-9 for difference in differences)
    assert n_other_counts == 0
