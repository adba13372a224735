"""Every threshold of lights and warnings at its exact edge, and just beyond it."""

from __future__ import annotations

import duckdb
import pytest

from tests.lights.given_values import institution, judge, lights_of, value_of

# Enough of each level for an index of an institution.
WHOLE = (
    *("enterprise_participation", "outlay_intensity", "key_equipment_failure", "intern_conversion"),
    *("job_match", "register_employment", "retention_12"),
)
LITTLE = 1e-6


def evenly(score: float) -> dict[str, float]:
    return dict.fromkeys(WHOLE, score)


def warnings(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, tuple[str, float]]]:
    found = connection.execute(
        "select institution_code, cause, response, detail from lights.warning where year = 2024"
    ).fetchall()
    named: dict[str, dict[str, tuple[str, float]]] = {}
    for code, cause, response, detail in found:
        named.setdefault(code, {})[cause] = (response, detail)
    return named


def test_bands_begin_at_their_threshold() -> None:
    scores = {"A": 70.0, "B": 70 - LITTLE, "C": 55.0, "D": 55 - LITTLE, "E": 70 - 1e-11}
    built = judge(row for code, score in scores.items() for row in institution(code, evenly(score)))
    found = {code: band for code, (band,) in lights_of(built, "band").items()}
    assert found == {"A": "green", "B": "yellow", "C": "yellow", "D": "red", "E": "green"}


@pytest.mark.parametrize(("indicator", "n"), [("job_match", 10), ("enterprise_participation", 5)])
def test_an_indicator_is_judged_from_its_smallest_n(indicator: str, n: int) -> None:
    built = judge([*institution("A", {indicator: 50.0}, n=n), *institution("B", {indicator: 50.0}, n=n - 1)])
    found = built.execute(
        "select institution_code, status, value is null from lights.light_indicator"
    ).fetchall()
    assert sorted(found) == [("A", "ok", False), ("B", "too_few", True)]


def test_a_red_line_is_crossed_strictly() -> None:
    rows = [
        row
        for code, participation, failure in (
            *(("A", 0.30, 0.40), ("B", 0.30 - LITTLE, 0.40), ("C", 0.30, 0.40 + LITTLE)),
        )
        for indicator, value in (
            *(("enterprise_participation", participation), ("key_equipment_failure", failure)),
        )
        for row in institution(code, {indicator: 0.0}, value=value)
    ]
    assert lights_of(judge(rows), "red_lines, light") == {
        "A": ("", "not_judged"),
        "B": ("enterprise_participation", "red"),
        "C": ("key_equipment_failure", "red"),
    }


def test_a_crossed_line_counts_from_twenty_on_or_beyond_its_interval() -> None:
    cases = {"A": (20, 0.5), "B": (19, 0.5), "C": (19, 0.30), "D": (19, 0.30 - LITTLE)}
    rows = [
        row
        for code, (n, high) in cases.items()
        for year in (2023, 2024)
        for row in institution(
            code, {"enterprise_participation": 0.0}, year=year, value=0.2, n=n, ci_low=0.0, ci_high=high
        )
    ]
    found = {code: counts for code, (counts,) in lights_of(judge(rows), "is_consequential").items()}
    assert found == {"A": True, "B": False, "C": False, "D": True}


@pytest.mark.parametrize(("year", "expected"), [(2023, True), (2022, True), (2021, False)])
def test_a_red_has_consequences_with_another_one_within_two_years(year: int, expected: bool) -> None:
    rows = [*institution("A", evenly(20.0)), *institution("A", evenly(20.0), year=year)]
    assert lights_of(judge(rows), "is_consequential") == {"A": (expected,)}


def test_a_level_is_scored_from_half_of_its_weights() -> None:
    half = institution("A", {"key_equipment_failure": 60.0, "intern_conversion": 60.0, "job_match": 60.0})
    less = institution("B", {"programs_renewed": 60.0, "intern_conversion": 60.0, "job_match": 60.0})
    found = lights_of(judge([*half, *less]), "process, result, index")
    assert found["A"][0] == pytest.approx(60)
    assert (*found["B"], *found["A"][1:]) == (None,) * 5


def test_a_drop_of_ten_points_is_a_warning() -> None:
    rows = [
        row
        for code, newest in (("A", 70.0), ("B", 70 + LITTLE))
        for year, score in ((2022, 80.0), (2023, 80.0), (2024, newest))
        for row in institution(code, evenly(score), year=year)
    ]
    found = warnings(judge(rows))
    assert found == {"A": {"drop": ("notice", pytest.approx(-10))}}


def test_a_trend_that_reaches_red_in_two_years_is_a_warning() -> None:
    rows = [
        row
        for code, more in (("A", 0.0), ("B", LITTLE))
        for year, score in ((2022, 75.0), (2023, 70.0), (2024, 65.0))
        for row in institution(code, evenly(score + more), year=year)
    ]
    found = warnings(judge(rows))
    assert found["A"]["trend"] == ("consultation", pytest.approx(2))
    assert set(found["B"]) == {"yellow"}


def test_a_trend_within_its_error_is_no_warning() -> None:
    """With half widths h of the results, index_high - index_low is 2 · .329495 · h; z · se(b) is .3535534 of it.

    b is -5, so the trend counts below h = 21.4603.
    """
    rows = []
    for code, half in (("A", 21.4), ("B", 21.5)):
        for year, score in ((2022, 75.0), (2023, 70.0), (2024, 65.0)):
            for indicator in WHOLE:
                limits = {}
                if indicator in ("job_match", "register_employment", "retention_12"):
                    low, high = (value_of(indicator, score + way * half) for way in (-1, 1))
                    limits = {"ci_low": low, "ci_high": high}
                rows += institution(code, {indicator: score}, year=year, **limits)
    found = warnings(judge(rows))
    assert ("trend" in found["A"], "trend" in found["B"]) == (True, False)


def test_years_with_other_indicators_are_not_compared() -> None:
    rows = [
        row
        for year, score in ((2022, 90.0), (2023, 90.0), (2024, 60.0))
        for row in institution(
            "A", evenly(score) | ({"board_share": score} if year == 2023 else {}), year=year
        )
    ]
    assert set(warnings(judge(rows))["A"]) == {"yellow"}
