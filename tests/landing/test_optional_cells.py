"""A bad value in an optional column becomes empty and is counted; its row stays, unless empty says something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from iecareer.contracts import load_record_types
from iecareer.lake.manifest import versions
from tests.people import credit_code, resident_id

ANSWER = {
    "person_id": resident_id(1),
    "institution_code": "4133012036",
    "program_code": "510203",
    "wave_months": 6,
    "responded_on": "2022-12-31",
    "activity": "employed",
    "enterprise_code": credit_code(1),
    "job_title": "焊工",
    "occupation_code": "6-18-01-01",
    "weekly_hours": 40,
    "monthly_income": 5000,
    "program_related": 4,
    "promoted": "true",
    "leaving_reason": "study",
}

Write = Callable[..., Any]
LandOne = Callable[..., dict[str, Any]]
Landed = Callable[..., list[tuple[Any, ...]]]


def answer(**values: object) -> tuple[object, ...]:
    assert set(values) <= set(ANSWER)
    return tuple((ANSWER | values).values())


def answers(write_csv: Write, *rows: tuple[object, ...], name: str = "followup_response.csv") -> Any:
    return write_csv(name, tuple(ANSWER), rows)


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("enterprise_code", "MA000000-3", "bad_checksum"),
        ("enterprise_code", "000000000", "bad_checksum"),
        ("enterprise_code", credit_code(1)[:-1] + "?", "bad_checksum"),
        ("job_title", "#N/A", "error_cell"),
        ("job_title", f"焊工 {resident_id(3)}", "identity_in_text"),
        ("weekly_hours", "168", "out_of_range"),
        ("weekly_hours", "-1", "negative"),
        ("weekly_hours", "全职", "not_a_number"),
        ("monthly_income", "-5000", "negative"),
        ("monthly_income", "inf", "not_a_number"),
        ("monthly_income", "约5000", "not_a_number"),
        ("program_related", "6", "not_in_list"),
        ("program_related", "3.5", "not_a_number"),
        ("promoted", "也许", "not_in_list"),
        ("leaving_reason", "不详", "not_in_list"),
    ],
)
def test_a_bad_optional_cell_becomes_empty_and_its_row_is_loaded(
    column: str, text: str, reason: str, write_csv: Write, land_one: LandOne, landed: Landed
) -> None:
    row = answer(person_id=resident_id(2), **{column: text})
    receipt = land_one(answers(write_csv, answer(), row))
    assert (receipt["n_in"], receipt["n_loaded"], receipt["n_quarantined"]) == (2, 2, 0)
    assert receipt["emptied"] == {f"{reason}:{column}": 1}
    assert receipt["reasons"] == {}
    assert sum(value is None for (value,) in landed("followup_response", column)) == 1
    assert versions()[-1].emptied == receipt["emptied"]


def test_every_emptied_cell_counts_and_cells_of_quarantined_rows_do_not(
    write_csv: Write, land_one: LandOne
) -> None:
    bad = {"weekly_hours": "130", "monthly_income": "-1"}
    receipt = land_one(
        answers(write_csv, answer(**bad), answer(**bad, activity="?", person_id=resident_id(2)))
    )
    assert receipt["emptied"] == {"negative:monthly_income": 1, "out_of_range:weekly_hours": 1}
    assert receipt["reasons"] == {
        "negative:monthly_income": 1,
        "not_in_list:activity": 1,
        "out_of_range:weekly_hours": 1,
    }
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (1, 1)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_row_with_an_emptied_cell_gives_way_to_an_intact_one(
    order: tuple[int, int], write_csv: Write, land_one: LandOne, landed: Landed
) -> None:
    rows = (answer(monthly_income=5000), answer(monthly_income=-1))
    receipt = land_one(answers(write_csv, *(rows[place] for place in order)))
    assert (receipt["n_loaded"], receipt["n_superseded"], receipt["n_quarantined"]) == (1, 1, 0)
    assert landed("followup_response", "monthly_income") == [(5000.0,)]
    assert receipt["emptied"] == {"negative:monthly_income": 1}


def test_it_gives_way_across_files_too(write_csv: Write, land_one: LandOne, landed: Landed) -> None:
    intact = answers(write_csv, answer(monthly_income=5000), name="followup_response_1.csv")
    later = answers(write_csv, answer(monthly_income=-1), name="followup_response_2.csv")
    assert land_one(later, intact)["n_superseded"] == 1
    assert landed("followup_response", "monthly_income") == [(5000.0,)]


def test_of_several_rows_with_emptied_cells_the_last_counts(
    write_csv: Write, land_one: LandOne, landed: Landed
) -> None:
    land_one(answers(write_csv, answer(monthly_income=-1), answer(weekly_hours=150, monthly_income=6000)))
    assert landed("followup_response", "weekly_hours, monthly_income") == [(None, 6000.0)]


def test_an_intact_row_of_an_earlier_delivery_is_still_replaced(write_csv: Write, land_one: LandOne) -> None:
    land_one(answers(write_csv, answer()))
    receipt = land_one(answers(write_csv, answer(monthly_income=-1), name="followup_response_2.csv"))
    assert (receipt["n_loaded"], receipt["n_superseded"]) == (1, 0)


@pytest.mark.parametrize("n_rows", [300, 30_000])
def test_the_size_of_the_file_changes_nothing(
    n_rows: int, write_csv: Write, land_one: LandOne, landed: Landed
) -> None:
    """Long files are parsed by way of the value cache."""
    rows = [
        answer(
            institution_code=f"41330{at:05}",
            enterprise_code="000000000" if at % 2 else credit_code(at % 50),
            weekly_hours=168 if at % 3 == 0 else 40,
            monthly_income=-1 if at % 5 == 0 else 5000,
        )
        for at in range(n_rows)
    ]
    receipt = land_one(answers(write_csv, *rows))
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (n_rows, 0)
    assert receipt["emptied"] == {
        "bad_checksum:enterprise_code": n_rows // 2,
        "negative:monthly_income": n_rows // 5,
        "out_of_range:weekly_hours": n_rows // 3,
    }
    counted = "count(enterprise_code), count(weekly_hours), count(monthly_income), count(job_title)"
    filled = (n_rows - n_rows // 2, n_rows - n_rows // 3, n_rows - n_rows // 5, n_rows)
    assert landed("followup_response", counted) == [filled]


@pytest.mark.parametrize(
    ("record_type", "headers", "row", "reason"),
    [
        (
            "employment_spell",
            ("person_id", "employer", "started_on", "ended_on", "observed_on"),
            (resident_id(1), "甲厂", "2023-01-01", "在职", "2024-01-01"),
            "not_a_date:ended_on",
        ),
        (
            "cooperation_agreement",
            ("agreement_id", "institution_code", "program_code", "enterprise_code", "mode", "starts_on", "ends_on"),
            ("A1", "4133012036", "510203", credit_code(1), "research", "2023-01-01", "长期"),
            "not_a_date:ends_on",
        ),
        (
            "cooperation_agreement",
            ("agreement_id", "institution_code", "program_code", "enterprise_code", "mode", "starts_on", "ends_on"),
            ("A1", "4133012036", "全部专业", credit_code(1), "research", "2023-01-01", ""),
            "list_lacks:program_code",
        ),
        (
            "course",
            ("institution_code", "program_code", "course_code", "title", "hours", "syllabus", "effective_from",
             "effective_to"),
            ("4133012036", "510203", "C1", "t", "64", "s", "2023-09-01", "至今"),
            "not_a_date:effective_to",
        ),
        (
            "institution",
            ("institution_code", "institution_name", "study_level", "region_code", "region_class", "valid_from",
             "valid_to"),
            ("4133012036", "x", "bachelor", "330100", "east", "2010-01-01", "9999"),
            "not_a_date:valid_to",
        ),
    ],
)  # fmt: skip
def test_where_an_empty_cell_says_something_the_row_is_quarantined(
    record_type: str,
    headers: tuple[str, ...],
    row: tuple[str, ...],
    reason: str,
    write_csv: Write,
    land_one: LandOne,
) -> None:
    receipt = land_one(write_csv(f"{record_type}.csv", headers, [row]))
    assert (receipt["reasons"], receipt["emptied"]) == ({reason: 1}, {})
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (0, 1)


def test_columns_of_keys_and_required_columns_cost_their_row() -> None:
    for kind in load_record_types().values():
        for column in kind.columns:
            assert column.costs_its_row or not column.required
            assert column.costs_its_row or column.stored_name not in kind.key


CASE_10 = """
apiVersion: v3.1.0
kind: DataContract
id: s
name: s
version: 1.0.0
status: active
servers:
  - {server: files, type: local, path: s/*, format: csv}
schema:
  - name: followup_response
    properties:
      - {name: person_id, logicalType: string, physicalName: 证件号码}
      - {name: institution_code, logicalType: string, physicalName: 学校标识码}
      - {name: program_code, logicalType: string, physicalName: 专业代码}
      - {name: wave_months, logicalType: string, physicalName: 调查时点}
      - {name: responded_on, logicalType: string, physicalName: 答卷日期}
      - name: activity
        logicalType: string
        physicalName: 毕业去向
        customProperties:
          - {property: valueMap, value: {单位就业: employed}}
      - name: enterprise_code
        logicalType: string
        physicalName: 单位组织机构代码
"""


def test_case_10_sixty_answers_half_of_them_with_an_employer(
    write_csv: Write, land_one: LandOne, landed: Landed, system: Callable[[str, str], None]
) -> None:
    system("s", CASE_10)
    headers = ("证件号码", "学校标识码", "专业代码", "调查时点", "答卷日期", "毕业去向", "单位组织机构代码")
    codes = [credit_code(n) for n in range(30)] + ["MA000000-3", "000000000"] * 15
    rows = [
        (resident_id(n), "4133012036", "510203", 6, "2022-12-31", "单位就业", code)
        for n, code in enumerate(codes)
    ]
    receipt = land_one(write_csv("answers.csv", headers, rows), source="s")
    assert (receipt["n_in"], receipt["n_loaded"], receipt["n_quarantined"]) == (60, 60, 0)
    assert receipt["emptied"] == {"bad_checksum:enterprise_code": 30}
    assert landed("followup_response", "count(*), count(enterprise_code), any_value(activity)") == [
        (60, 30, "employed")
    ]
