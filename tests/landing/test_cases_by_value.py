"""Deliveries as offices write them, which once landed wrong, with their exact right values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.people import credit_code, resident_id

OFFICE = """
apiVersion: v3.1.0
kind: DataContract
id: office
version: 1.0.0
status: active
servers: [{{server: files, type: local, path: "office/*", format: csv}}]
schema:
- name: {kind}
  customProperties: [{rules}]
  properties:
{columns}
"""
ANSWER = (
    "person_id", "institution_code", "program_code", "wave_months", "responded_on", "activity", "job_title",
    "occupation_code", "program_related",
)  # fmt: skip


def contract(kind: str, columns: Sequence[str], rules: str = "") -> str:
    lines = [f"  - {{name: {name}, logicalType: string, physicalName: {name}}}" for name in columns]
    return OFFICE.format(kind=kind, rules=rules, columns="\n".join(lines))


def answers(n: int = 20) -> list[list[str]]:
    return [
        [resident_id(at), "4133012036", "510203", "6", "2022-12-31", "employed", f"r{at}", "6-18-01-01", ""]
        for at in range(1, n + 1)
    ]


@pytest.fixture
def land_text(system: Any, land_one: Any, tmp_path: Path) -> Callable[[str, str], dict[str, Any]]:
    def land(declared: str, text: str) -> dict[str, Any]:
        system("office", declared)
        path = tmp_path / "office.csv"
        path.write_text(text, encoding="utf-8")
        return dict(land_one(path, source="office"))

    return land


def test_case_01_forty_of_160_rows_are_of_the_pension(land_text: Any, landed: Any) -> None:
    columns = ("person_id", "enterprise_code", "month", "contribution_base", "region_code")
    bases = [4462 + 149 * at for at in range(39)]
    bases.append(294_332 - sum(bases))
    kinds = {"企业职工基本养老保险": 0, "失业保险": 0, "工伤保险": 0, "职工基本医疗保险": 888}
    rows = [
        f"{resident_id(at)},{credit_code(at % 5)},2023-06,{base + more},330102,{kind}"
        for at, base in enumerate(bases)
        for kind, more in kinds.items()
    ]
    rule = "{property: rowFilter, value: {险种类型: {keep: [企业职工基本养老保险]}}}"
    head = ",".join((*columns, "险种类型"))
    receipt = land_text(contract("employment_month", columns, rule), "\n".join([head, *rows]))
    assert (receipt["n_in"], receipt["n_left_out"], receipt["n_quarantined"]) == (160, 120, 0)
    assert landed("employment_month", "count(*), sum(contribution_base)") == [(40, 294_332.0)]


def test_case_05_forty_five_of_sixty_students_graduated(land_text: Any, landed: Any) -> None:
    columns = (
        "person_id", "institution_code", "program_code", "study_level", "training_mode", "enrolled_on",
        "graduated_on", "sex", "birth_year", "origin_region_code",
    )  # fmt: skip
    words = {"毕业": 45, "退学": 4, "休学": 4, "结业": 4, "在籍": 3}
    rest = "4133012036,510203,higher_vocational,regular,2019-09-01"
    states = [word for word, n in words.items() for _ in range(n)]
    # Those who dropped out have a day of leaving, too; nobody who is still there has one.
    rows = [
        f"{resident_id(at)},{rest},{'' if word in ('休学', '在籍') else '2022-06-30'},male,2001,330102,{word}"
        for at, word in enumerate(states)
    ]
    rule = "{property: rowFilter, value: {学籍状态: {keep: [毕业]}}}"
    head = ",".join((*columns, "学籍状态"))
    receipt = land_text(contract("graduate", columns, rule), "\n".join([head, *rows]))
    assert (receipt["n_loaded"], receipt["n_left_out"], receipt["n_quarantined"]) == (45, 15, 0)
    assert landed("graduate", "count(*), min(graduated_on)::varchar, max(graduated_on)::varchar") == [
        (45, "2022-06-30", "2022-06-30")
    ]


def test_case_17_seventeen_of_twenty_rows_end_early(land_text: Any, landed: Any) -> None:
    rows = [",".join([*row[:8], "4"] if at < 3 else row[:8]) for at, row in enumerate(answers())]
    receipt = land_text(contract("followup_response", ANSWER), "\n".join([",".join(ANSWER), *rows]))
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (20, 0)
    assert landed("followup_response", "count(*), count(program_related), max(program_related)") == [
        (20, 3, 4)
    ]


def _with_break(rows: list[str]) -> list[str]:
    return [rows[0].replace("r1,", '"测试\n工程师",'), *rows[1:]]


def _with_blank(rows: list[str]) -> list[str]:
    return [*rows[:1], rows[1].replace("r2,", ' "测试, 工程师",'), *rows[2:]]


CASE_18: dict[str, tuple[Callable[[list[str]], list[str]], set[str]]] = {
    "plain": (lambda rows: rows, set()),
    "blank end": (lambda rows: [*rows, "", ""], set()),
    "break": (_with_break, {"测试\n工程师"}),
    "blank before a quote": (_with_blank, {"测试, 工程师"}),
    "both": (lambda rows: _with_break(_with_blank(rows)), {"测试\n工程师", "测试, 工程师"}),
}


@pytest.mark.parametrize("form", CASE_18)
def test_case_18_twenty_rows_that_end_with_the_delimiter(form: str, land_text: Any, landed: Any) -> None:
    make, titles = CASE_18[form]
    rows = make([",".join(row) + "," for row in answers()])
    receipt = land_text(contract("followup_response", ANSWER), "\n".join([",".join(ANSWER), *rows]) + "\n")
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (20, 0)
    found = {title for (title,) in landed("followup_response", "job_title")}
    assert titles <= found
    assert len(found) == 20


def test_cases_23_and_24_codes_and_signs_behind_marks(land_text: Any, landed: Any) -> None:
    code = "6-18-01-01"
    told = [
        f"'{code}", f"`{code}", f" '{code}", f"\u2018{code}\u2019", f"\u00b4{code}", f"'=\"{code}\"".replace('"', '""'),
        f"\u202d{code}\u202c", f"{code}\u200e", "6-18\u200b-01-01", f"{code}\u2800", "6\u201318\u201301\u201301",
        "6\u201118\u201101\u201101", "６－１８－０１－０１", "6 - 18 - 01 - 01", f"{code}\u2028",
    ]  # fmt: skip
    rows = answers(len(told))
    lines = [",".join([*row[:7], f'"{cell}"', ""]) for row, cell in zip(rows, told, strict=True)]
    receipt = land_text(contract("followup_response", ANSWER), "\n".join([",".join(ANSWER), *lines]))
    assert (receipt["n_loaded"], receipt["emptied"]) == (len(told), {})
    assert landed("followup_response", "distinct occupation_code, strlen(occupation_code)") == [(code, 10)]
