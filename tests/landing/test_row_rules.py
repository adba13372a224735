"""Which rows are loaded, superseded or quarantined, and with which reason; nothing is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.people import credit_code, resident_id

MONTH = ("person_id", "enterprise_code", "month", "contribution_base", "region_code")
GOOD = (resident_id(1), credit_code(1), "2024-07-01", 8500, "330102")
# Lower and upper end, and whether they contradict each other.
DAYS = [
    ("2023-07-01", "2023-06-30", True),
    ("2023年7月2日", "2023.07.01", True),
    ("2023-07-01", "2023-07-01", False),
    ("2023-07-01", "", False),
]
PAY = [
    ("9000", "8000", True),
    ("1.2万", "8000", True),
    ("8千", "8000", False),
    ("8000", "", False),
    ("", "8000", False),
]
SEATS = [("10", "9", True), ("9", "9", False), ("10", "", False), ("", "9", False)]


def changed(**values: object) -> list[object]:
    return [values.get(name, value) for name, value in zip(MONTH, GOOD, strict=True)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (changed(person_id=resident_id(1)[:-1] + "?"), "bad_checksum:person_id"),
        (changed(person_id=resident_id(1, born="19990231")), "bad_checksum:person_id"),
        (changed(person_id=""), "missing:person_id"),
        (changed(enterprise_code=credit_code(1)[:-1] + "0"), "bad_checksum:enterprise_code"),
        (changed(month="2024-02-30"), "not_a_date:month"),
        (changed(month="2026-12-01"), "after_receipt:month"),
        (changed(contribution_base=0), "not_positive:contribution_base"),
        (changed(contribution_base=-1), "not_positive:contribution_base"),
        (changed(contribution_base="none"), "missing:contribution_base"),
        (changed(contribution_base="nothing"), "not_a_number:contribution_base"),
        (changed(contribution_base="inf"), "not_a_number:contribution_base"),
        (changed(contribution_base='"8,5"'), "not_a_number:contribution_base"),
        (changed(region_code=resident_id(2)), "identity_in_text:region_code"),
    ],
)
def test_a_bad_row_is_quarantined_with_its_reason_and_the_good_one_loaded(
    row: list[object], reason: str, write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    receipt = land_one(write_csv("employment_month.csv", MONTH, [GOOD, row]))
    assert receipt["reasons"] == {reason: 1}
    assert (receipt["n_in"], receipt["n_loaded"], receipt["n_quarantined"]) == (2, 1, 1)


PROGRAM = ("program_code", "edition", "program_name", "study_level")


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        ("人工智能", {"not_a_code:program_code": 1}),
        ("460103 数控技术", {"not_a_code:program_code": 1}),
        ("080910T", {}),
        ("".join(chr(ord(c) + 0xFEE0) for c in "120203K"), {}),
        ("1202-03", {"not_a_code:program_code": 1}),
    ],
)
def test_a_word_is_no_code(
    code: str,
    reasons: dict[str, int],
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
) -> None:
    rows = [[code, 2021, "人工智能", "bachelor"], ["080717T", 2021, "人工智能", "bachelor"]]
    receipt = land_one(write_csv("program.csv", PROGRAM, rows))
    assert receipt["reasons"] == reasons
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (2 - len(reasons), len(reasons))


@pytest.mark.parametrize(
    "row",
    [
        changed(person_id=resident_id(1).lower()),
        changed(person_id=f"　{resident_id(1)} "),
        changed(person_id="".join(chr(ord(d) + 0xFEE0) for d in resident_id(1))),
        changed(enterprise_code=credit_code(1).lower()),
        changed(month="2024-07-17"),
        changed(month="2024.07"),
        changed(month="２０２４年７月"),
        changed(month="二〇二四年七月"),
        changed(month="202407"),
        changed(month="45474"),
        changed(month="45474.5"),
        changed(contribution_base='"8,500.00"'),
        changed(contribution_base="￥8500"),
        changed(contribution_base="8.5千"),
        changed(contribution_base="0.85万"),
        changed(contribution_base="8500.00元"),
    ],
)
def test_ways_to_write_the_same_row_land_as_the_same_row(
    row: list[object],
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    receipt = land_one(write_csv("employment_month.csv", MONTH, [GOOD, row]))
    assert (receipt["n_loaded"], receipt["n_superseded"], receipt["n_quarantined"]) == (1, 1, 0)
    assert landed("employment_month", "month, contribution_base") == [(date(2024, 7, 1), 8500.0)]


def test_fifteen_digit_numbers_of_before_1999_name_the_same_person(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    long = resident_id(7, born="19800101")
    short = long[:6] + long[8:17]
    receipt = land_one(
        write_csv("employment_month.csv", MONTH, [changed(person_id=long), changed(person_id=short)])
    )
    assert (receipt["n_loaded"], receipt["n_superseded"]) == (1, 1)


def test_of_rows_with_one_key_the_last_by_file_and_line_wins(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    first = write_csv(
        "employment_month_1.csv", MONTH, [changed(contribution_base=1), changed(contribution_base=2)]
    )
    second = write_csv(
        "employment_month_2.csv", MONTH, [changed(contribution_base=3), changed(contribution_base=4)]
    )
    receipt = land_one(second, first)
    assert (receipt["n_in"], receipt["n_loaded"], receipt["n_superseded"]) == (4, 1, 3)
    assert landed("employment_month", "contribution_base") == [(4.0,)]


def test_rules_over_two_columns(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    headers = ("person_id", "employer", "started_on", "ended_on", "observed_on")
    rows = [
        (resident_id(1), "甲厂", "2024-01-05", "2024-01-04", "2024-12-31"),
        (resident_id(1), "甲厂", "2024-02-05", "2024-02-05", "2024-12-31"),
        (resident_id(1), "甲厂", "2024-03-05", "", "2024-12-31"),
    ]
    receipt = land_one(write_csv("employment_spell.csv", headers, rows))
    assert receipt["reasons"] == {"ends_before_start": 1}
    assert receipt["n_loaded"] == 2


@pytest.mark.parametrize(
    ("record_type", "columns", "ends", "reason"),
    [
        ("cooperation_agreement", {"agreement_id": "{n}", "institution_code": "4133012036",
            "enterprise_code": credit_code(1), "mode": "research", "starts_on": "{0}", "ends_on": "{1}"}, DAYS,
            "ends_before_start"),
        ("course", {"institution_code": "4133012036", "program_code": "510203", "course_code": "{n}", "title": "t",
            "hours": "64", "syllabus": "s", "effective_from": "{0}", "effective_to": "{1}"}, DAYS, "ends_before_start"),
        ("institution", {"institution_code": "413301203{n}", "institution_name": "x", "study_level": "bachelor",
            "region_code": "330100", "region_class": "east", "valid_from": "{0}", "valid_to": "{1}"}, DAYS,
            "ends_before_start"),
        ("job_posting", {"posting_id": "{n}", "posted_on": "2023-07-01", "title": "t", "region_code": "330100",
            "description": "d", "salary_low": "{0}", "salary_high": "{1}"}, PAY, "low_above_high"),
        ("region_year", {"region_code": "330000", "year": "202{n}", "price_index": "100", "average_wage": "8000",
            "minimum_wage": "2000", "base_floor": "{0}", "base_cap": "{1}"}, PAY, "low_above_high"),
        ("cooperation_year", {"agreement_id": "{n}", "year": "2023", "interns_hosted": "1",
            "enterprise_teaching_hours": "1", "is_participating": "true", "board_seats_enterprise": "{0}",
            "board_seats_total": "{1}"}, SEATS, "part_above_total"),
    ],
)  # fmt: skip
def test_two_columns_that_contradict_each_other(
    record_type: str,
    columns: dict[str, str],
    ends: list[tuple[str, str, bool]],
    reason: str,
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
) -> None:
    rows = [
        [text.format(low, high, n=number) for text in columns.values()]
        for number, (low, high, _) in enumerate(ends)
    ]
    receipt = land_one(write_csv(f"{record_type}.csv", tuple(columns), rows))
    n_wrong = sum(is_wrong for _, _, is_wrong in ends)
    assert receipt["reasons"] == {reason: n_wrong}
    assert (receipt["n_loaded"], receipt["emptied"]) == (len(ends) - n_wrong, {})


def test_a_total_at_the_bottom_is_no_person(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    receipt = land_one(write_csv("employment_month.csv", MONTH, [GOOD, ("合计", None, None, 8500, None)]))
    assert receipt["reasons"] == {"totals_row": 1}


def test_every_reason_of_a_row_is_kept_with_its_place_and_no_value(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]], home: Path
) -> None:
    import duckdb

    land_one(write_csv("employment_month.csv", MONTH, [GOOD, changed(month="x", contribution_base=0)]))
    (path,) = (home / "quarantine" / "exchange").glob("*.parquet")
    rows = duckdb.connect().execute(f"select * from '{path}'").fetchall()
    assert rows == [("employment_month.csv", None, 3, ["not_a_date:month", "not_positive:contribution_base"])]


def test_an_identity_number_hidden_in_free_text_does_not_get_in(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    headers = ("posting_id", "posted_on", "title", "region_code", "description")
    rows = [
        ("P1", "2024-01-01", "焊工", "330102", f"联系人{resident_id(3)}"),
        ("P2", "2024-01-01", "焊工", "330102", "电话 13800138000"),
    ]
    receipt = land_one(write_csv("job_posting.csv", headers, rows))
    assert receipt["reasons"] == {"identity_in_text:description": 1}


def test_identities_become_keys_that_only_the_home_can_make(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    import hmac

    from iecareer.persons.keys import derive

    land_one(write_csv("employment_month.csv", MONTH, [GOOD]))
    expected = hmac.new(derive("pseudonym"), f"resident:{resident_id(1)}".encode(), "sha256").hexdigest()
    assert landed("employment_month", "person_key") == [(bytes.fromhex(expected),)]


def test_a_delivered_pseudonym_is_taken_as_it_is(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    receipt = land_one(
        write_csv(
            "employment_month.csv",
            ("person_key", *MONTH[1:]),
            [("ab" * 32, *GOOD[1:]), ("AB" * 32, *GOOD[1:]), ("ab" * 31, *GOOD[1:])],
        )
    )
    assert receipt["reasons"] == {"bad_checksum:person_id": 1}
    assert landed("employment_month", "person_key") == [(bytes.fromhex("ab" * 32),)]
