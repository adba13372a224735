"""What is said of a light: true of its row, in both languages, and never against the rest of the page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from iecareer.feedback.light_statements import LightStatement, own_light, program_lights, programs_message
from iecareer.feedback.page import render_page
from tests.feedback.colleges import IMPRINT, college, edition, row

Row = dict[str, Any]
GREEN = {"light": "green", "band": "green", "reaches": "", "is_certain": True, "red_lines": "", "index": 80}
YELLOW = {
    "light": "yellow",
    "band": "yellow",
    "reaches": "green",
    "is_certain": False,
    "red_lines": "",
    "index": 65,
}


def light(**values: Any) -> dict[str, Any]:
    return row("light", **({"scope": "institution", "year": 2025, "is_consequential": False} | values))


def indicator(name: str, **values: Any) -> dict[str, Any]:
    return row("light_indicator", **({"scope": "institution", "year": 2025, "indicator": name} | values))


def warning(cause: str, **values: Any) -> dict[str, Any]:
    return row(
        "warning", **({"scope": "institution", "year": 2025, "cause": cause, "is_new": False} | values)
    )


def said(
    light_row: dict[str, Any], *indicators: dict[str, Any], warnings: list[dict[str, Any]] | None = None
) -> LightStatement:
    found = own_light(
        college(light=[light_row], light_indicator=list(indicators), warning=warnings or []), edition()
    )
    assert found
    return found


def english(statement: LightStatement) -> list[str]:
    return [statement.light.en, *(one.en for one in statement.sentences)]


def test_a_certain_green_light_names_its_highest_scores_and_no_next_band() -> None:
    found = said(
        light(**GREEN),
        indicator("job_match", n=60, value=0.7, score=85),
        indicator("hours_changed", value=0.1, score=10),
    )
    assert english(found) == [
        "green",
        "the index is 80 to below 85",
        "certain: the interval of the index reaches no other band",
        (
            "published indicators with the highest scores: job match 70% (85 to below 90 points), "
            "hours changed 10.0% (10 to below 15 points)"
        ),
        "no warning in this year",
    ]


def test_an_uncertain_light_says_which_band_its_interval_reaches_and_what_reaches_the_next() -> None:
    found = said(
        light(**YELLOW),
        indicator("job_match", n=120, value=0.625, score=60, step_for_better=0.14),
        indicator("months_since_new_version", value=40.0, score=40, step_for_better=-20.0),
        indicator("retention_12", status="not_shown"),
    )
    assert english(found)[2:5] == [
        "not certain: the interval of the index also reaches green",
        (
            "published indicators with the lowest scores: time since the newest course version 40 months "
            "(40 to below 45 points), job match 62.5% (60 to below 65 points)"
        ),
        (
            "all else equal, one of these changes reaches green: job match 14 points higher (now 62.5%), "
            "time since the newest course version 20 months lower (now 40 months)"
        ),
    ]


def test_a_red_line_is_named_with_its_value_and_the_last_day() -> None:
    found = said(
        light(
            **(YELLOW | {"light": "red", "red_lines": "enterprise_participation", "is_consequential": True})
        ),
        indicator("enterprise_participation", value=0.25, score=5, red_line=0.3),
        indicator("hours_changed", value=0.4, score=50, step_for_better=0.2),
        warnings=[
            warning(
                "red_line:enterprise_participation",
                response="rectification",
                rectify_by=date(2026, 12, 31),
                is_new=True,
            ),
            warning("yellow", response="notice"),
        ],
    )
    assert english(found)[0] == (
        "red: a red line is crossed (enterprises that take part 25.0%, red line 30%); by the index alone yellow"
    )
    assert "red counts in this year and in one of the two years before" in english(found)[3]
    assert english(found)[-2] == (
        "a crossed red line makes the light red whatever the index; first come back within it: "
        "enterprises that take part"
    )
    assert english(found)[-1] == (
        "warnings: the red line of enterprises that take part is crossed: rectification by 2026-12-31 "
        "(new this year), yellow light: notice"
    )


def test_an_index_that_is_withheld_gives_neither_points_nor_a_change() -> None:
    found = said(light(**(YELLOW | {"index": None})), indicator("hours_changed", value=0.4, score=50))
    told = " ".join(english(found))
    assert "an indicator has fewer than 10 people after rounding" in told
    assert "without an index, no change that reaches green is given" in told


@pytest.mark.parametrize("red_lines", ["", "key_equipment_failure"])
def test_without_an_index_nothing_is_said_of_bands(red_lines: str) -> None:
    values = dict.fromkeys(("band", "reaches", "is_certain", "index")) | {"red_lines": red_lines}
    found = said(
        light(light="red" if red_lines else "not_judged", **values),
        indicator("job_match", status="not_shown"),
    )
    first = "red: a red line is crossed (key equipment that failed); no index could be judged"
    assert english(found)[0] == (first if red_lines else "too few indicators could be judged for a light")
    assert ["come back within" in text for text in english(found)[1:-1]] == ([True] if red_lines else [])
    assert english(found)[-1] == "no warning in this year"


def test_programs_come_by_light_each_with_its_newest_year() -> None:
    def of(code: str, year: int, name: str) -> dict[str, Any]:
        found = row(
            "light", program_code=code, year=year, light=name, band=name, reaches="", red_lines="", index=80
        )
        return found | {"is_certain": True, "is_consequential": False}

    lights = [
        of("460103", 2024, "red"),
        of("460103", 2025, "green"),
        of("510201", 2025, "yellow"),
        of("530304", 2023, "red"),
    ]
    found = program_lights(college(light=lights), edition())
    assert [(one.row["program_code"], one.row["year"]) for one in found] == [
        ("530304", 2023),
        ("510201", 2025),
        ("460103", 2025),
    ]


def test_the_light_stands_on_the_first_screen_and_those_of_programs_in_their_section() -> None:
    lights = [light(**GREEN), row("light", year=2025, **(YELLOW | {"is_consequential": False}))]
    page = render_page(college(light=lights), edition(), IMPRINT)
    first, rest = page.split('<div class="cards">')
    assert 'class="light green"' in first
    assert 'class="light yellow"' not in first
    assert 'class="light yellow"' in rest
    assert "没有专业亮灯" not in page


def test_a_page_without_lights_says_so() -> None:
    page = render_page(college(), edition(), IMPRINT)
    assert "本期没有本校亮灯" in page
    assert "没有专业亮灯" in page


def test_the_cohort_of_an_indicator_is_named_and_programs_are_counted_with_their_last_days() -> None:
    found = said(light(**GREEN), indicator("job_match", cohort_year=2024, n=60, value=0.7, score=100))
    assert (
        english(found)[3]
        == "published indicators with the highest scores: job match of 2024 70% (100 points)"
    )
    red = {"light": "red", "band": "red", "reaches": "", "is_certain": True, "red_lines": "", "index": 20}
    lights = [row("light", program_code=f"{at}", program_name=f"P{at}", year=2025, **red) for at in range(5)]
    old = row("light", program_code="6", program_name="P6", year=2023, **red)
    due = [
        warning(
            "red",
            scope="program",
            program_code=f"{at}",
            response="rectification",
            rectify_by=date(2026, 12, 31),
        )
        for at in range(4)
    ]
    told = programs_message(program_lights(college(light=[*lights, old], warning=due), edition()))
    assert told.en == (
        "Programs in 2025: 5 red; to be rectified: P0 (2026-12-31), P1 (2026-12-31), P2 (2026-12-31) "
        "and others, 4 in all"
    )
    assert not programs_message([]).zh
