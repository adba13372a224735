"""Numbers whose check character proves nothing: cut by a spreadsheet, or issued although it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from iecareer.errors import IecareerError
from iecareer.landing import land, reconform
from iecareer.landing.parse import parser
from tests.landing.conftest import RECEIVED_ON
from tests.people import credit_code, resident_id

ANSWER = ("person_id", "institution_code", "program_code", "wave_months", "responded_on", "activity")
MONTH = ("person_id", "enterprise_code", "month", "contribution_base", "region_code")


def answers(numbers: list[str]) -> list[tuple[object, ...]]:
    return [(number, "4133010001", "460103", 6, "2023-07-01", "employed") for number in numbers]


def genuine(n: int) -> list[str]:
    """Valid numbers of n persons, none ending in 000."""
    found = [resident_id(at % 900 + 1, born=f"{1990 + at // 900}0307") for at in range(2 * n)]
    return [number for number in found if not number.endswith("000")][:n]


def genuine_ends() -> Iterator[str]:
    """Valid numbers of persons that end in 000."""
    for day in range(1, 29):
        for month in range(1, 13):
            number = resident_id(100, born=f"1999{month:02}{day:02}")
            if number.endswith("000"):
                yield number


def cut(n: int) -> list[str]:
    """Numbers of n persons as a spreadsheet leaves them; their check characters are wrong."""
    found = [resident_id(1, born=f"19990{at % 9 + 1}{at // 9 + 10}")[:15] + "000" for at in range(2 * n)]
    passing = set(genuine_ends())
    return [
        number for number in found if number not in passing and number[:15] not in {p[:15] for p in passing}
    ][:n]


# Eleven numbers that a spreadsheet cut; the check character of one of them is right all the same.
CASE_29 = [f"3301022001041{tens}3000" for tens in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")]


def test_case_29_all_numbers_of_a_column_that_was_cut(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    passing = next(genuine_ends())
    receipt = land_one(write_csv("followup_response.csv", ANSWER, answers([*CASE_29, passing])))
    assert receipt["reasons"] == {"cut_number:person_id": 11}
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (0, 11)


@pytest.mark.parametrize(
    ("numbers", "n_cut"),
    [
        # Cut rows among whole ones: the cut ones go, passing or not.
        ([*genuine(300), *cut(40), next(genuine_ends())], 41),
        # Alone, or among a few, nothing speaks for a genuine number.
        ([next(genuine_ends())], 1),
        ([*genuine(10), next(genuine_ends())], 1),
        # Among many, one number in a thousand ends in 000.
        ([*genuine(300), next(genuine_ends())], 0),
        ([*genuine(800), *list(genuine_ends())[:2]], 0),
        # One mistyped number is no sign that all were cut.
        ([*genuine(300), "330102200104100000", next(genuine_ends())], 1),
    ],
)
@pytest.mark.parametrize("is_large", [False, True])
def test_a_number_that_passes_counts_only_where_the_column_was_not_cut(
    numbers: list[str],
    n_cut: int,
    is_large: bool,
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parser, "_FEW_ROWS", 1 if is_large else 20_000)
    receipt = land_one(write_csv("followup_response.csv", ANSWER, answers(numbers)))
    assert receipt["reasons"] == ({"cut_number:person_id": n_cut} if n_cut else {})
    assert receipt["n_loaded"] == len(numbers) - n_cut
    assert receipt["n_in"] == len(numbers)


def test_fifteen_digits_left_of_eighteen_are_nobody_born_in_1920(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    whole = [resident_id(at, born=f"20{at:02}0{at % 9 + 1}11") for at in range(1, 11)]
    receipt = land_one(write_csv("followup_response.csv", ANSWER, answers([n[:15] for n in whole])))
    assert receipt["n_loaded"] == 0
    assert set(receipt["reasons"]) == {"cut_number:person_id"}


CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: {name}
name: {name}
version: 1.0.0
status: active
servers:
  - {{server: files, type: local, path: s/*, format: csv}}
schema:
  - name: {kind}
    properties:
{columns}
"""


def contract(name: str, kind: str, columns: tuple[str, ...], extra: str = "") -> str:
    lines = [f"      - {{name: {c}, logicalType: string, physicalName: {c}}}" for c in columns]
    lines[0] = lines[0].replace("}", f"{extra}}}")
    return CONTRACT.format(name=name, kind=kind, columns="\n".join(lines))


def test_a_contract_can_say_that_no_digits_were_lost(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    system: Callable[[str, str], None],
) -> None:
    words = ", customProperties: [{property: keepsAllDigits, value: true}]"
    system("s", contract("s", "followup_response", ANSWER, words))
    receipt = land_one(write_csv("s.csv", ANSWER, answers([next(genuine_ends())])), source="s")
    assert (receipt["n_loaded"], receipt["reasons"]) == (1, {})


def months(codes: list[str]) -> list[tuple[object, ...]]:
    """Two months of six people for each code."""
    return [
        (resident_id(10 * at + n + 1), code, f"2026-0{month}", 5000, "350203")
        for at, code in enumerate(codes)
        for n in range(6)
        for month in (1, 2)
    ]


def wrong(code: str) -> str:
    return code[:-1] + ("A" if code[-1] != "A" else "B")


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def write(text: str) -> None:
        folder = tmp_path / "systems"
        folder.mkdir(exist_ok=True)
        (folder / "issued-credit-codes.csv").write_text(text, encoding="utf-8")
        monkeypatch.setenv("IECAREER_SOURCES", str(folder))

    return write


def test_case_25_a_listed_code_counts_although_its_check_character_is_wrong(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
    listed: Callable[[str], None],
) -> None:
    codes = [wrong(credit_code(1)), credit_code(2)]
    path = write_csv("employment_month.csv", MONTH, months(codes))
    before = land_one(path)
    assert (before["n_loaded"], before["reasons"]) == (12, {"bad_checksum:enterprise_code": 12})
    listed(f"enterprise_code,note\n{codes[0].lower()},厦门 2014\n")
    (again,) = reconform("exchange", RECEIVED_ON)
    assert (again["n_in"], again["n_loaded"], again["n_quarantined"]) == (24, 24, 0)
    assert land_one(path)["n_unchanged"] == 24
    names = (
        "enterprise_code",
        "enterprise_name",
        "year",
        "industry_code",
        "region_code",
        "size_class",
        "status",
    )
    firms = [
        (code, f"企业{at}", 2026, "C3911", "350203", "medium", "active") for at, code in enumerate(codes)
    ]
    assert land_one(write_csv("enterprise.csv", names, firms))["n_loaded"] == 2


@pytest.mark.parametrize("n", [1, 30_000])
def test_codes_that_are_not_listed_stay_wrong(
    n: int,
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    listed: Callable[[str], None],
) -> None:
    listed(f"enterprise_code\n{wrong(credit_code(1))}\n\n")
    codes = [wrong(credit_code(1)), wrong(credit_code(2)), wrong(credit_code(1))[:-1] + "?"]
    rows = [
        (
            resident_id(at % 900 + 1, born=f"19{90 + at // 900 % 10}0307"),
            code,
            f"20{10 + at // 9000}-01",
            5000,
            "350203",
        )
        for at in range(n)
        for code in codes
    ]
    receipt = land_one(write_csv("employment_month.csv", MONTH, rows))
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (n, 2 * n)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("code\n91350203MA0000001D\n", "no column enterprise_code"),
        ("enterprise_code\n91350203MA0000001D\nMA000000-3\n", "line 3"),
        ("enterprise_code\n000000000\n", "line 2"),
        ("enterprise_code\n91350203MA000000ID\n", "line 2"),
        ("", "no column enterprise_code"),
    ],
)
def test_a_list_that_is_none_is_refused_by_name_and_line(
    text: str, problem: str, listed: Callable[[str], None], write_csv: Callable[..., Path], home: Path
) -> None:
    listed(text)
    with pytest.raises(IecareerError, match=problem) as caught:
        raise_errors(land("exchange", [write_csv("employment_month.csv", MONTH, months([credit_code(1)]))]))
    assert "issued-credit-codes.csv" in str(caught.value)


def raise_errors(receipts: list[dict[str, Any]]) -> None:
    for receipt in receipts:
        if receipt["error"]:
            raise IecareerError(receipt["error"])


GRADUATE = (
    "person_id", "institution_code", "program_code", "study_level", "training_mode", "enrolled_on",
    "graduated_on", "sex", "birth_year", "origin_region_code",
)  # fmt: skip


@pytest.mark.parametrize(
    ("enrolled", "level", "is_loaded"),
    [
        ("19330205000000", "higher_vocational", False),
        ("1943-01-02", "higher_vocational", False),
        ("2001-09-01", "higher_vocational", False),
        ("20110105000000", "higher_vocational", False),
        ("20140105000000", "higher_vocational", False),
        ("20110901", "secondary_vocational", False),
        ("2015-09-01", "bachelor", True),
        ("2013-09-01", "secondary_vocational", True),
        ("2019-09-01", "higher_vocational", True),
    ],
)
def test_nobody_is_enrolled_before_or_soon_after_birth(
    enrolled: str,
    level: str,
    is_loaded: bool,
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    """Case 09: an examination number was read as the date of enrolment."""
    row = (
        resident_id(1), "4133012036", "510203", level, "regular", enrolled, "2022-06-30", "male", 2001, "330205",
    )  # fmt: skip
    receipt = land_one(write_csv("graduate.csv", GRADUATE, [row]))
    assert receipt["n_loaded"] == is_loaded
    assert landed("graduate", "count(*)") == [(int(is_loaded),)]
    if not is_loaded:
        assert set(receipt["reasons"]) <= {"enrolled_too_young", "not_a_date:enrolled_on"}


def test_rows_that_a_filter_leaves_out_are_neither_cut_nor_emptied(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    system: Callable[[str, str], None],
) -> None:
    headers = (*ANSWER, "monthly_income")
    words = "    customProperties: [{property: rowFilter, value: {状态: {keep: [有效], leaveOut: [作废]}}}]\n"
    text = contract("s", "followup_response", headers)
    system("s", text.replace("    properties:\n", f"{words}    properties:\n"))
    ends = list(genuine_ends())[:4]
    numbers = [*genuine(10), *ends]
    rows = [(*answer, -1, "作废" if at % 2 else "有效") for at, answer in enumerate(answers(numbers))]
    receipt = land_one(write_csv("s.csv", (*headers, "状态"), rows), source="s")
    assert (receipt["n_in"], receipt["n_left_out"]) == (14, 7)
    assert receipt["reasons"] == {"cut_number:person_id": 2}
    assert receipt["emptied"] == {"negative:monthly_income": 5}
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (5, 2)
