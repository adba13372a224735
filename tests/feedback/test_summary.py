"""Roll-ups: sums of counts, and nothing that could be subtracted to name a small program."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from iecareer.feedback import prepare_feedback

AS_OF = date(2026, 11, 21)
CODE = "4142010800"


def cohort(build: Any, sizes: list[int]) -> dict[str, Any]:
    """Summary of an institution whose newest cohort has programs of these sizes, half of each answering."""
    build.execute("delete from marts.msr_response")
    for at, n in enumerate(sizes):
        build.execute(
            """insert into marts.msr_response by name select ? as institution_code, ? as program_code,
            2025 as cohort_year, 6 as wave_months, ? as n, 0 as n_respondents, 0.5 as response_rate,
            0.0 as ci_low, 1.0 as ci_high, 'ok' as status""",
            [CODE, f"46010{at}", n],
        )
    prepare_feedback(build, AS_OF)
    result = build.execute("select * from feedback.summary where institution_code = ?", [CODE])
    names = [column[0] for column in result.description]
    return dict(zip(names, result.fetchall()[0], strict=True))


@pytest.mark.parametrize(
    ("sizes", "n", "programs"),
    [
        ([40, 20], 60, 2),
        ([40, 9], 40, 1),
        ([40, 5, 5], 50, 3),
        ([40, 4, 5], 40, 1),
        ([6, 6], 12, 2),
        ([9], None, 0),
    ],
)
def test_small_programs_cannot_be_subtracted(
    build: Any, sizes: list[int], n: int | None, programs: int
) -> None:
    row = cohort(build, sizes)
    assert (row["response_n"], row["response_n_programs"]) == (n, programs)
    assert row["response_status"] == ("ok" if n else "too_few")
    assert row["response_share"] == (0.5 if n else None)


def test_interval_of_a_roll_up_is_wilson(build: Any) -> None:
    build.execute("update marts.msr_response set response_rate = 81/263")
    row = cohort(build, [263])
    build.execute("update marts.msr_response set response_rate = 81/263")
    prepare_feedback(build, AS_OF)
    row = build.execute(
        "select response_ci_low, response_ci_high from feedback.summary where institution_code = ?", [CODE]
    ).fetchall()[0]
    assert row == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))


def test_institution_curve_is_kaplan_meier_on_summed_counts(build: Any) -> None:
    counts = build.execute(
        """select months, sum(n_at_risk), sum(n_events) from (select *, max(n_at_risk) over (
             partition by program_code, cohort_year) as cell from marts.msr_retention_curve
             where institution_code = ?) group by 1 order by 1""",
        [CODE],
    ).fetchnumpy()
    names = list(counts)
    at_risk, events = (np.asarray(counts[name], dtype=float) for name in names[1:])
    prepare_feedback(build, AS_OF)
    got = build.execute(
        """select retention, n_at_risk from feedback.retention_curve
           where institution_code = ? and program_code is null and status = 'ok' order by months""",
        [CODE],
    ).fetchall()
    expected = np.cumprod(1 - events / at_risk)
    assert len(got) > 24
    hidden = at_risk[0] - got[0][1]
    assert hidden == 0 or hidden < 10
    if hidden == 0:
        assert [row[0] for row in got] == pytest.approx(list(expected[: len(got)]), rel=1e-12)


def test_every_institution_has_one_row(build: Any) -> None:
    prepare_feedback(build, AS_OF)
    found = build.execute(
        "select count(*), count(distinct institution_code) from feedback.summary"
    ).fetchall()
    assert found == [(7, 7)]
