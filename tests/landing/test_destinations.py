"""Destinations are understood by the ministry's codes and names, or their rows are set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from iecareer.contracts import record_type
from tests.people import resident_id

CODES = {
    "agreement": "10",
    "labour_contract": "11",
    "other_employment": "12",
    "research_assistant": "27",
    "conscript": "46",
    "national_project": "50",
    "local_project": "51",
    "seeking": "70",
    "preparing_study": "71",
    "other_none": "72",
    "self_employed": "75",
    "freelance": "76",
    "further_study": "80",
    "abroad": "85",
}
NAMES = {
    "agreement": ["签就业协议形式就业", "10 签就业协议形式就业", "（10）签就业协议形式就业", "10-签就业协议形式就业"],
    "labour_contract": ["签劳动合同形式就业", "就业-签劳动合同形式就业", "11、签劳动合同形式就业"],
    "other_employment": ["其他录用形式就业", "其他录用 形式就业", "12其他录用形式就业"],
    "research_assistant": [
        "科研助理、管理助理", "科研助理", "管理助理", "271", "科研助理/管理助理",
        "科研助理、管理助理—科研助理、管理助理",
    ],
    "conscript": ["应征义务兵", "46 应征义务兵"],
    "national_project": ["国家基层项目", "502", "国家基层项目—三支一扶", "西部计划", "503 国家基层项目-西部计划"],
    "local_project": ["地方基层项目", "512", "特岗教师（地方）", "地方基层项目—地方选调生", "519"],
    "seeking": ["待就业", "求职中", "待就业-签约中", "701", "拟参加公招考试"],
    "preparing_study": ["不就业拟升学", "拟升学", "710"],
    "other_none": ["其他暂不就业", "暂不就业", "拟出国出境", "拟出国、出境"],
    "self_employed": ["自主创业", "751", "７５"],
    "freelance": ["自由职业", "76.自由职业", "761"],
    "further_study": ["升学", "境内升学—研究生", "801", "境内升学—第二学士学位", "专升本"],
    "abroad": ["出国、出境", "出国出境", "出国/出境", "出国，出境", "85 境外留学"],
}  # fmt: skip
OTHERS = [
    "81", "99", "1", "010", "5", "单位就业", "其他", "10 待就业", "27 国家基层项目", "升学-待就业", "10000000",
    "特岗教师",
]  # fmt: skip
HEADERS = ("person_id", "institution_code", "program_code", "registered_on", "destination", "job_title")
EXPECTED = [
    *((value, value) for value in CODES),
    *((code, value) for value, code in CODES.items()),
    *((text, value) for value, texts in NAMES.items() for text in texts),
]


def _row(number: int, destination: str) -> tuple[str, ...]:
    person = resident_id(number % 1_000, born=f"{1980 + number // 1_000}0307")
    return (person, "4133010001", "460101", "2023-08-25", f'"{destination}"', f'"{number % len(EXPECTED)}"')


def test_the_record_type_is_that_of_the_exchange_format() -> None:
    kind = record_type("destination_registration")
    assert kind.key == ("person_key", "institution_code", "program_code", "registered_on")
    assert kind.mode == "upsert"
    destination = kind.column("destination")
    assert destination
    assert dict(destination.codes) == {code: value for value, code in CODES.items()}
    assert destination.allowed == tuple(CODES)
    assert [c.name for c in kind.columns if not c.required] == [
        "enterprise_code", "job_title", "occupation_code", "industry_code", "region_code",
    ]  # fmt: skip


def test_codes_and_names_are_understood_without_a_map(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    rows = [_row(number, text) for number, (text, _) in enumerate(EXPECTED)]
    receipt = land_one(write_csv("destination_registration.csv", HEADERS, rows))
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (len(EXPECTED), 0)
    found = {
        EXPECTED[int(place)]: value
        for place, value in landed("destination_registration", "job_title, destination")
    }
    assert {text: value for (text, _), value in found.items()} == dict(EXPECTED)


def test_what_is_in_no_list_is_quarantined(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    rows = [_row(number, text) for number, text in enumerate(OTHERS)]
    receipt = land_one(write_csv("destination_registration.csv", HEADERS, rows))
    assert receipt["n_loaded"] == 0
    assert receipt["reasons"] == {"not_in_list:destination": len(OTHERS)}


def test_many_rows_are_understood_as_few_are(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    rows = [_row(number, EXPECTED[number % len(EXPECTED)][0]) for number in range(25_000)]
    receipt = land_one(write_csv("destination_registration.csv", HEADERS, rows))
    assert receipt["n_loaded"] == 25_000
    found = Counter(landed("destination_registration", "job_title, destination"))
    assert found == Counter(
        (str(number % len(EXPECTED)), EXPECTED[number % len(EXPECTED)][1]) for number in range(25_000)
    )
