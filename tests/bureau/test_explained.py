"""What a light does not know, why it is what it is, and what would change it: by the numbers of the worked example."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from iecareer.bureau.explained import (
    change_for_better,
    crossed,
    lacking,
    lacks,
    limits,
    most_lacking,
    warned,
    why_no_index,
)
from iecareer.bureau.names import code_of
from iecareer.bureau.report import Report
from tests.lights.example import EAST, I1, I2, I3

Row = dict[str, Any]


def light(report: Report, unit: str) -> Row:
    (found,) = (row for row in report.lights if code_of(row) == unit)
    return found


def with_row(report: Report, unit: str, indicator: str, **values: Any) -> Report:
    """The report with other values in one row of an indicator."""
    rows = [
        row | values if (code_of(row), row["indicator"]) == (unit, indicator) else row
        for row in report.indicators
    ]
    return replace(report, indicators=rows)


def test_promotion_alone_has_no_row(report: Report) -> None:
    assert [(one.indicator, one.row) for one in lacking(report, light(report, I1))] == [
        ("promotion_36", None)
    ]
    assert lacks(report, light(report, I1)).zh == "晋升率（没有数据）"


def test_too_few_are_told_with_what_is_needed_and_other_reasons_by_name(report: Report) -> None:
    few = with_row(report, I1, "job_match", status="too_few", n=9, value=None)
    assert lacks(few, light(few, I1)).en.startswith("job match (n = 9, 10 needed)")
    other = with_row(report, I1, "job_match", status="not_comparable", value=None)
    assert lacks(other, light(other, I1)).zh.startswith("专业对口率（不可比）")


def test_an_indicator_without_weight_is_not_missed(report: Report) -> None:
    policy = replace(
        report.policy,
        weights=[
            row | {"weight": 0.0} if row["indicator"] == "promotion_36" else row
            for row in report.policy.weights
        ],
    )
    assert lacking(replace(report, policy=policy), light(report, I1)) == []


def test_levels_without_score_are_told_with_their_weights(report: Report) -> None:
    """I2: participation has 40 of 100 judged, process 55 (scored), result certificates, 10 of 100."""
    text = why_no_index(report, light(report, I2)).en
    assert "participation (weights judged 40 of 100, at least 50% needed)" in text
    assert "result (weights judged 10 of 100, at least 50% needed)" in text
    assert "process" not in text
    assert why_no_index(report, light(report, I1)).en == ""


def test_what_lacks_most_comes_first(report: Report) -> None:
    lights = [light(report, I1), light(report, I2)]
    counted = dict(most_lacking(report, lights))
    assert most_lacking(report, lights)[0] == ("promotion_36", 2)
    assert counted["job_match"] == 1


def test_crossed_lines_are_told_with_their_side(report: Report) -> None:
    text = crossed(report, light(report, I2))
    assert text.en == (
        "enterprise participation 20.0% (n = 10), below the red line of 30%; "
        "key-equipment failure 60.0% (n = 5), above the red line of 40%"
    )
    assert "关键设备未到位率 60.0%（数量 5），高于红线 40%" in text.zh
    assert crossed(report, light(report, I1)).zh == ""


def test_a_value_is_never_shown_on_the_red_line_that_it_crosses(report: Report) -> None:
    close = with_row(report, I3, "enterprise_participation", value=0.29996)
    assert "29.996%" in crossed(close, light(close, I3)).en


def test_limits_name_the_bands_that_they_reach(report: Report) -> None:
    assert limits(report, light(report, I1)).en == "limits 44.0–72.8, which also reach: red, green"
    assert limits(report, light(report, EAST)).en == "limits 30.2–54.6, all in one band"
    assert limits(report, light(report, I2)).en == ""


@pytest.mark.parametrize(
    ("low", "shown"), [(54.996, "54.996"), (55.0, "55.0"), (55.04, "55.04"), (69.97, "69.97"), (54.9, "54.9")]
)
def test_an_index_is_never_shown_on_the_other_side_of_a_band(report: Report, low: float, shown: str) -> None:
    assert f"limits {shown}–" in limits(report, light(report, I1) | {"index_low": low}).en


def test_the_smallest_change_is_that_of_the_example(report: Report) -> None:
    """Job match must rise from .64 to .77123077: .33 of its range; retention by .41 of its own."""
    text = change_for_better(report, light(report, f"{I1}/460103")).en
    assert text == "job match from 64.0% to about 77.1%, all else equal, brings the index to green."


def test_without_a_change_none_is_told(report: Report) -> None:
    assert change_for_better(report, light(report, I1)).en == (
        "No single indicator can bring the index to green alone."
    )
    green = light(report, I1) | {"band": "green", "light": "green"}
    assert change_for_better(report, green).en == ""
    assert change_for_better(report, light(report, I2)).en == ""


def test_a_change_does_not_promise_another_light_while_a_red_line_is_crossed(report: Report) -> None:
    red = light(report, f"{I1}/460103") | {"light": "red", "red_lines": "enterprise_participation"}
    text = change_for_better(report, red).en
    assert text.startswith("Besides indicators at a red line: job match")
    assert text.endswith("the light stays red while a red line is crossed.")
    nothing = light(report, I1) | {"light": "red", "red_lines": "key_equipment_failure"}
    assert change_for_better(report, nothing).en.startswith("Besides indicators at a red line, no single")


@pytest.mark.parametrize(
    ("unit", "cause", "said"),
    [
        (EAST, "red", "index 42.4 (limits 30.2–54.6, all in one band)"),
        (I1, "yellow", "index 62.7 (limits 44.0–72.8, which also reach: red, green)"),
        (
            I2,
            "red_line:key_equipment_failure",
            "key-equipment failure 60.0% (n = 5), above the red line of 40%",
        ),
        (f"{I1}/510201", "drop", "the index is 14.4 points below the mean of the 2 years before"),
        (
            f"{I1}/510201",
            "trend",
            "by the trend of recent years, the index falls to 55 points in about 0.2 years",
        ),
    ],
)
def test_a_warning_has_the_numbers_behind_it(report: Report, unit: str, cause: str, said: str) -> None:
    (warning,) = (row for row in report.warnings if (code_of(row), row["cause"]) == (unit, cause))
    assert warned(report, warning, light(report, unit)).en == said
