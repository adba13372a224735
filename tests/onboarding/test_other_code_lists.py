"""Numbers of the employment system's own lists are no codes of the standards: a draft takes the names, or asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.onboarding import Added, rehearse
from iecareer.sources import activate, source_system
from tests.onboarding.activation import land_reviewed
from tests.onboarding.test_national_code_lists import REGISTERED, registrations
from tests.people import credit_code

Add = Callable[..., tuple[Added, str]]
Write = Callable[..., Path]

# Number and name as an export of the national system has them, then the number that GB/T 4754-2017 has for the section.
INDUSTRIES = (
    ("22", "制造业", "34"), ("32", "信息传输、软件和信息技术服务业", "65"), ("37", "租赁和商务服务业", "72"),
    ("44", "教育", "83"), ("51", "公共管理、社会保障和社会组织", "92"),
)  # fmt: skip
# Of these five numbers only 22 is of the same section in the standard.
N_DIFFERING = 48


def exported(*columns: Callable[[tuple[str, str, str]], str]) -> list[list[str]]:
    """Sixty registrations, each with more cells about its industry."""
    return [
        [*row, *(column(INDUSTRIES[at % len(INDUSTRIES)]) for column in columns)]
        for at, row in enumerate(registrations())
    ]


def header_of(column: str) -> str | None:
    found = [m for m in source_system("office").tables[0].mappings if m.column == column]
    return found[0].headers[0] if found else None


@pytest.mark.parametrize(
    ("code", "name"), [("单位行业代码", "单位行业"), ("行业代码", "行业"), ("单位行业代码", "单位行业名称")]
)
def test_the_name_of_an_industry_is_taken_where_it_stands_beside_a_number(
    write: Write, add: Add, code: str, name: str
) -> None:
    rows = exported(lambda entry: entry[0], lambda entry: entry[1])
    sample = write("qx.csv", (*REGISTERED, code, name), rows)
    _, text = add(sample)
    assert header_of("industry_code") == name
    if code.startswith("单位"):
        told = " ".join(text.replace("#", " ").split())
        assert (
            f"in {N_DIFFERING} of 60 rows the number in '{code}' is of another section of GB/T 4754" in told
        )
    assert "TODO" not in text
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["n_loaded"], receipt["emptied"]) == (60, {})


def test_the_name_is_taken_in_a_registration_even_if_the_numbers_are_of_the_standard(
    write: Write, add: Add
) -> None:
    rows = exported(lambda entry: entry[2], lambda entry: entry[1])
    _, text = add(write("qx.csv", (*REGISTERED, "单位行业代码", "单位行业"), rows))
    assert header_of("industry_code") == "单位行业"
    assert "another section" not in text


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("单位行业代码", ("22", "51")),
        ("行业代码", ("3911", "8321")),
        ("职业代码", ("6", "2")),
        ("工作职位类别", ("13", "36")),
    ],
)
def test_numbers_without_their_names_block_the_activation(
    write: Write, add: Add, header: str, cells: tuple[str, str]
) -> None:
    rows = [[*row[:-2], row[-1], cells[at % 2]] for at, row in enumerate(registrations())]
    added, text = add(write("qx.csv", (*REGISTERED[:-2], REGISTERED[-1], header), rows))
    assert added.open_rules == {"destination_registration": [f"valueMap {header}"]}
    assert f"# TODO valueMap {header}: are these numbers of" in text
    with pytest.raises(IecareerError, match=f"valueMap {header}"):
        activate("office")


def test_a_title_of_jobs_is_taken_in_words_where_the_file_has_them(write: Write, add: Add) -> None:
    rows = [[*row[:-2], "13", "工程技术人员", row[-1]] for row in registrations()]
    headers = (*REGISTERED[:-2], "工作职位代码", "工作职位类别", REGISTERED[-1])
    _, text = add(write("qx.csv", headers, rows))
    assert header_of("job_title") == "工作职位类别"
    assert "TODO" not in text


ENTERPRISE = (
    "统一社会信用代码",
    "年度",
    "行业代码",
    "行业门类",
    "行政区划代码",
    "企业类型",
    "企业规模",
    "经营状态",
)


@pytest.mark.parametrize(("n_wrong", "is_open"), [(0, False), (3, True)])
def test_codes_of_the_standard_that_contradict_their_names_are_asked_about(
    write: Write, add: Add, n_wrong: int, is_open: bool
) -> None:
    rows = [
        [credit_code(at), "2023", INDUSTRIES[(at + (at < n_wrong)) % 5][2], INDUSTRIES[at % 5][1], "330106",
         "民营", "小型", "存续"]
        for at in range(40)
    ]  # fmt: skip
    added, text = add(write("firms.csv", ENTERPRISE, rows), record_types=["enterprise"])
    assert header_of("industry_code") == "行业代码"
    is_asked = "valueMap 行业代码" in added.open_rules.get("enterprise", [])
    assert is_asked == is_open
    assert (f"in {n_wrong} of 40 rows the number in '行业代码'" in " ".join(text.split())) == is_open


@pytest.mark.parametrize(
    ("value_map", "n"), [("", 60), (', customProperties: [{property: valueMap, value: {"22": C}}]', 48)]
)
def test_the_rehearsal_warns_of_numbers_without_a_map(write: Write, add: Add, value_map: str, n: int) -> None:
    sample = write(
        "qx.csv", (*REGISTERED, "单位行业代码", "单位行业"), exported(lambda e: e[0], lambda e: e[1])
    )
    added, text = add(sample)
    assert rehearse("office", [sample]).tables[0].warnings == ()
    mapped = text.replace("physicalName: 单位行业}", f"physicalName: 单位行业代码{value_map}}}")
    added.path.write_text(mapped, encoding="utf-8")
    (warning,) = rehearse("office", [sample]).tables[0].warnings
    assert warning.startswith(f"'单位行业代码': {n} cells are bare numbers")
