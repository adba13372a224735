"""Industries and occupations are codes of their classifications; words pass only as names of industry sections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.people import credit_code, resident_id

LandOne = Callable[..., dict[str, Any]]
Landed = Callable[..., list[tuple[Any, ...]]]
FIRM = (
    "enterprise_code", "enterprise_name", "year", "industry_code", "region_code", "size_class", "status",
)  # fmt: skip
REGISTRATION = (
    "person_id", "institution_code", "program_code", "registered_on", "destination", "occupation_code",
    "industry_code",
)  # fmt: skip
INDUSTRIES = {
    "C": "C", "t": "T", "C39": "C39", "c3911": "C3911", "C391": "C391", "39": "39", "0111": "0111", "391": "391",
    "制造业": "C", "农、林、牧、渔业": "A", "农林牧渔业": "A", "教育": "P", "国际组织": "T",
    "信息传输、软件和信息技术服务业": "I", "信息传输,软件和信息技术服务业": "I", " 卫生和社会工作": "Q",
}  # fmt: skip
NO_INDUSTRIES = ("计算机", "制造业-纺织业", "U", "U12", "3", "C3", "39111", "C39111", "IT", "2024-02-01")
OCCUPATIONS = ("6", "6-18", "6-18-01", "6-18-01-01")
NO_OCCUPATIONS = (
    "焊工", "0", "9-18-01-01", "6-1", "6-18-1", "618", "6180101", "6-18-01-01-01", "2512", "2024-02-01",
)  # fmt: skip


def test_an_industry_is_a_code_or_the_name_of_a_section(
    write_csv: Callable[..., Path], land_one: LandOne, landed: Landed
) -> None:
    told = [*INDUSTRIES, *NO_INDUSTRIES]
    rows = [
        (credit_code(at), f"企业{at}", 2024, f'"{text}"', "330100", "small", "active")
        for at, text in enumerate(told)
    ]
    receipt = land_one(write_csv("enterprise.csv", FIRM, rows))
    assert receipt["reasons"] == {"not_a_code:industry_code": len(NO_INDUSTRIES)}
    found = dict(landed("enterprise", "enterprise_name, industry_code"))
    assert found == {f"企业{at}": code for at, code in enumerate(INDUSTRIES.values())}


@pytest.mark.parametrize("n_times", [1, 60])
def test_other_words_and_codes_become_empty_where_the_column_is_optional(
    write_csv: Callable[..., Path], land_one: LandOne, landed: Landed, n_times: int
) -> None:
    told = [(text, "C") for text in (*OCCUPATIONS, *NO_OCCUPATIONS)] + [("", text) for text in NO_INDUSTRIES]
    rows = [
        (resident_id(at % 1_000, born=f"{1980 + at // 1_000}0307"), "4133010001", "460101", "2023-08-25", "11",
         *told[at % len(told)])
        for at in range(n_times * len(told))
    ]  # fmt: skip
    receipt = land_one(write_csv("destination_registration.csv", REGISTRATION, rows))
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (len(rows), 0)
    assert receipt["emptied"] == {
        "not_a_code:occupation_code": n_times * len(NO_OCCUPATIONS),
        "not_a_code:industry_code": n_times * len(NO_INDUSTRIES),
    }
    kept = {code for (code,) in landed("destination_registration", "distinct occupation_code")} - {None}
    assert kept == {*OCCUPATIONS}
