"""Employers' answers, site evaluations, allocation bases and insurance policies: what is loaded, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.engine.views import register
from iecareer.lake.manifest import current_deliveries
from tests.landing.conftest import RECEIVED_ON
from tests.people import credit_code

COLLEGE, EMPLOYER = "4133010800", credit_code(1)
GOOD: dict[str, dict[str, object]] = {
    "employer_feedback": {
        "enterprise_code": EMPLOYER,
        "institution_code": COLLEGE,
        "program_code": "460103",
        "year": 2024,
        "satisfaction": 4,
        "would_hire_again": "是",
        "n_hired": 3,
        "missing_skills": "PLC",
    },
    "site_evaluation": {
        "institution_code": COLLEGE,
        "evaluated_on": "2024-02-29",
        "evaluators": "joint",
        "score": 74.99,
    },
    "allocation_base": {"institution_code": COLLEGE, "year": 2024, "base_cny": "250000.01"},
    "cooperation_insurance": {
        "policy_id": "P1",
        "enterprise_code": EMPLOYER,
        "institution_code": COLLEGE,
        "year": 2024,
        "premium": "1000.05",
        "n_claims": 0,
    },
}


@pytest.fixture
def land_rows(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> Callable[..., dict[str, Any]]:
    """Land rows of one record type, each the good row with some values changed."""

    def land(record_type: str, *changes: dict[str, object], name: str = "1") -> dict[str, Any]:
        good = GOOD[record_type]
        rows = [list((good | change).values()) for change in changes]
        return land_one(write_csv(f"{record_type}_{name}.csv", list(good), rows))

    return land


@pytest.mark.parametrize("record_type", list(GOOD))
def test_a_good_row_is_loaded_whole(
    record_type: str, land_rows: Callable[..., dict[str, Any]], landed: Callable[..., list[tuple[Any, ...]]]
) -> None:
    receipt = land_rows(record_type, {})
    assert (receipt["n_in"], receipt["n_loaded"], receipt["reasons"]) == (1, 1, {})
    typed = {"2024-02-29": date(2024, 2, 29), "250000.01": 250000.01, "1000.05": 1000.05, "是": True}
    expected = tuple(typed.get(str(value), value) for value in GOOD[record_type].values())
    assert landed(record_type, ", ".join(GOOD[record_type])) == [expected]


@pytest.mark.parametrize(
    ("record_type", "change", "reason"),
    [
        ("employer_feedback", {"satisfaction": 6}, "not_in_list:satisfaction"),
        ("employer_feedback", {"satisfaction": 0}, "not_in_list:satisfaction"),
        ("employer_feedback", {"satisfaction": ""}, "missing:satisfaction"),
        ("employer_feedback", {"program_code": "数控技术"}, "list_lacks:program_code"),
        ("site_evaluation", {"score": 100.01}, "out_of_range:score"),
        ("site_evaluation", {"score": -0.01}, "negative:score"),
        ("site_evaluation", {"evaluated_on": "2026-11-22"}, "after_receipt:evaluated_on"),
        ("site_evaluation", {"evaluators": "minister"}, "not_in_list:evaluators"),
        ("allocation_base", {"base_cny": -1}, "negative:base_cny"),
        ("cooperation_insurance", {"premium": -1}, "negative:premium"),
        ("cooperation_insurance", {"n_claims": -1}, "negative:n_claims"),
        ("cooperation_insurance", {"n_claims": 1.5}, "not_a_number:n_claims"),
    ],
)
def test_a_bad_row_is_quarantined(
    record_type: str, change: dict[str, object], reason: str, land_rows: Callable[..., dict[str, Any]]
) -> None:
    receipt = land_rows(record_type, {}, change | _another_key(record_type, change))
    assert receipt["reasons"] == {reason: 1}
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (1, 1)


def _another_key(record_type: str, change: dict[str, object]) -> dict[str, object]:
    key = {"cooperation_insurance": ("policy_id", "P2")}.get(record_type, ("institution_code", "4133010801"))
    return {} if key[0] in change else dict([key])


@pytest.mark.parametrize("score", [0, 100])
def test_limits_of_a_score_belong_to_it(score: int, land_rows: Callable[..., dict[str, Any]]) -> None:
    assert land_rows("site_evaluation", {"score": score})["n_loaded"] == 1


def test_an_answer_about_all_programs_is_a_key_of_its_own_that_a_later_answer_replaces(
    home: Path, land_rows: Callable[..., dict[str, Any]]
) -> None:
    everything: dict[str, object] = {"program_code": ""}
    first = land_rows("employer_feedback", {}, everything | {"satisfaction": 1}, everything)
    assert (first["n_loaded"], first["n_superseded"]) == (2, 1)
    land_rows("employer_feedback", everything | {"satisfaction": 2}, name="2")
    with duckdb.connect() as connection:
        connection.execute("create schema landing")
        register(connection, [replace(d, verdict="pass") for d in current_deliveries(RECEIVED_ON)[0]])
        rows = connection.execute(
            "select program_code, satisfaction from landing.employer_feedback order by all"
        ).fetchall()
    assert rows == [("460103", 4), (None, 2)]


def test_a_year_of_an_agreement_may_lack_income_and_loses_a_negative_one(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    headers = ["agreement_id", "year", "interns_hosted", "enterprise_teaching_hours", "is_participating"]
    income = "transformation_income"
    rows = [["A", 2024, 1, 1, "true", "500000"], ["B", 2024, 1, 1, "true", -1]]
    receipt = land_one(write_csv("cooperation_year_1.csv", [*headers, income], rows))
    assert (receipt["n_loaded"], receipt["emptied"]) == (2, {f"negative:{income}": 1})
    land_one(write_csv("cooperation_year_2.csv", headers, [["C", 2024, 1, 1, "true"]]))
    assert landed("cooperation_year", f"agreement_id, {income}") == [
        ("A", 500000.0),
        ("B", None),
        ("C", None),
    ]
