"""Roll-ups: sums of counts, and nothing that could be subtracted to name a small program."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from synthetic_marts import prepare

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
    prepare(build, AS_OF)
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
    cohort(build, [263])
    build.execute("update marts.msr_response set response_rate = 81/263")
    prepare(build, AS_OF)
    row = build.execute(
        "select response_ci_low, response_ci_high from feedback.summary where institution_code = ?", [CODE]
    ).fetchall()[0]
    assert row == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))


def test_institution_curve_is_kaplan_meier_with_log_log_interval(build: Any) -> None:
    """The leukemia trial's treated arm (Rx = 0), split over two cohorts: S(10) and its published interval."""
    times = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    events = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    build.execute("delete from marts.msr_retention_curve")
    for month in range(1, 36):
        at_risk = sum(time >= month for time in times)
        for year, n, d in ((2023, at_risk // 2, 0), (2024, at_risk - at_risk // 2, events.get(month, 0))):
            build.execute(
                """insert into marts.msr_retention_curve by name select ? as institution_code,
                '460103' as program_code, ? as cohort_year, ? as months, ? as n_at_risk, ? as n_events""",
                [CODE, year, month, n, d],
            )
    prepare(build, AS_OF)
    curve = {
        row[0]: row[1:]
        for row in build.execute(
            """select months, n_at_risk, retention, ci_low, ci_high, status from feedback.retention_curve
            where institution_code = ? and program_code is null""",
            [CODE],
        ).fetchall()
    }
    assert curve[6][:2] == (21, pytest.approx(0.857143, abs=5e-7))
    assert curve[10] == (
        15,
        pytest.approx(0.752941, abs=5e-7),
        pytest.approx(0.5032, abs=5e-5),
        pytest.approx(0.8894, abs=5e-5),
        "ok",
    )
    assert curve[23] == (None, None, None, None, "too_few")


def test_every_institution_has_one_row(build: Any) -> None:
    prepare(build, AS_OF)
    found = build.execute(
        "select count(*), count(distinct institution_code) from feedback.summary"
    ).fetchall()
    assert found == [(7, 7)]


def test_the_placement_rate_is_the_register_s_and_no_survey_stands_in_for_it(build: Any) -> None:
    prepare(build, AS_OF)
    definitions = {
        d for (d,) in build.execute("select distinct definition from feedback.employment").fetchall()
    }
    assert definitions == {"moe_initial", "moe_final", "moe_study", "register", "known_only"}
    waves = build.execute(
        "select distinct wave_months, response_rate from feedback.employment where starts_with(definition, 'moe_')"
    ).fetchall()
    assert waves == [(0, None)]
    rows = build.execute(
        """select placement_cohort_year, placement_share, placement_n, known_share, known_status from feedback.summary
        where placement_share is not null order by institution_code"""
    ).fetchall()
    assert rows
    for cohort_year, share, n, known, known_status in rows:
        assert cohort_year
        assert 0.7 < share <= 1
        assert n >= 10
        assert known_status == "ok"
        assert 0.7 < known <= 1
    build.execute("update marts.msr_employment set definition = 'moe_2024' where definition = 'moe_final'")
    prepare(build, AS_OF)
    found = build.execute(
        "select count(placement_share), count(placement_n), count(register_share) from feedback.summary"
    )
    n_placement, n_behind, n_register = found.fetchall()[0]
    assert (n_placement, n_behind) == (0, 0)
    assert n_register > 0
