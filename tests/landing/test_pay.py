"""Pay that is told by one end alone, or not at all, sets no row aside; what cannot be read still does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iecareer.landing.parse.pay import UNSTATED
from tests.people import credit_code, resident_id

ADVERTS = """
apiVersion: v3.1.0
kind: DataContract
id: adverts
name: adverts
version: 1.0.0
status: active
servers:
  - {server: source, type: local, path: "adverts/*.csv", format: csv}
schema:
  - name: job_posting
    properties:
      - {name: posting_id, logicalType: string, physicalName: 编号}
      - {name: posted_on, logicalType: string, transformLogic: "'2024-05-06'"}
      - {name: title, logicalType: string, physicalName: 职位}
      - {name: region_code, logicalType: string, transformLogic: "'330100'"}
      - {name: salary_low, logicalType: string, physicalName: 薪资, transformLogic: 'LOW'}
      - {name: salary_high, logicalType: string, physicalName: 薪资, transformLogic: 'HIGH'}
      - {name: description, logicalType: string, physicalName: 职位}
"""
RANGE = ADVERTS.replace("LOW", 'range_low("薪资")').replace("HIGH", 'range_high("薪资")')
TOLD = {
    "8k-16k": (8000, 16000),
    "8k以上": (8000, None),
    "20k及以上": (20000, None),
    "1万以上/月": (10000, None),
    "12万/年以上": (10000, None),
    "8000+": (8000, None),
    "8k起": (8000, None),
    "from 8000": (8000, None),
    "5000元以下": (None, 5000),
    "up to 12k": (None, 12000),
    "1.5千以下/月": (None, 1500),
    "8000元/月以上": (8000, None),
    "20万以上/年": (200000 / 12, None),
    "8千-1.2万": (8000, 12000),
    "8000元-1.2万": (8000, 12000),
    "8000-1.2万": (8000, 12000),
    "8000-12K": (8000, 12000),
    "500-1千": (500, 1000),
    "0.8万-8500": (8000, 8500),
    "10-15K·13薪": (10000, 15000),
    "12-18万/年": (10000, 15000),
    "年薪12-18万": (10000, 15000),
    "12万/年": (10000, 10000),
    "8000/月-12万/年": (8000, 10000),
    "月薪8-12k": (8000, 12000),
    "8k-12k/month": (8000, 12000),
    "0-8000": (0, 8000),
    "0": (0, 0),
    **dict.fromkeys(("150元/天", "150-200元/天", "200元/天以上", "20元/小时", "时薪20-30元"), (None, None)),
    **dict.fromkeys((*UNSTATED, "Negotiable"), (None, None)),
}
UNREAD = (
    "约8k", "8+500", "3年以上", "10人以上", "若干", "薪资", "8000-10000以上", "10-8K", "12k-8k", "8k-12", "5-3万",
    "$8k-12k", "USD 8k-12k", "试用期3000-5000", "8000-12万/年", "8千-12万/年",
    # Pay of a month has four digits: the unit or the time is missing.
    "8-12", "8", "12以下", "8以上", "8-12元", "月薪8-12", "6-1万", "8-12000", "年薪8-12", "150-200", "1000元/年",
    # Nor has it seven.
    "8000-12000k", "8500k",
)  # fmt: skip


def adverts(cells: list[str]) -> list[tuple[str, str, str]]:
    return [(f"A{at:03d}", "会计", cell) for at, cell in enumerate(cells)]


@pytest.fixture
def land_adverts(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    system: Callable[[str, str], None],
) -> Callable[[str, list[str]], dict[str, Any]]:
    def land(contract: str, cells: list[str]) -> dict[str, Any]:
        system("adverts", contract)
        return land_one(write_csv("a.csv", ("编号", "职位", "薪资"), adverts(cells)), source="adverts")

    return land


def test_an_advert_with_one_end_or_without_any_is_landed(
    land_adverts: Callable[..., dict[str, Any]], landed: Callable[..., list[tuple[Any, ...]]]
) -> None:
    receipt = land_adverts(RANGE, [*TOLD, *UNREAD])
    assert receipt["emptied"] == {"unreadable:salary_low": len(UNREAD), "unreadable:salary_high": len(UNREAD)}
    assert landed("job_posting", "posting_id, salary_low, salary_high") == [
        (f"A{at:03d}", *ends) for at, ends in enumerate([*TOLD.values(), *[(None, None)] * len(UNREAD)])
    ]


def test_the_text_of_the_expression_decides_not_the_cell(
    land_adverts: Callable[..., dict[str, Any]], landed: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """A list that was kept as text: ['8-12k']."""
    trimmed = """trim("薪资", '[]\'\'')""".replace("'", "''")
    contract = ADVERTS.replace("LOW", f"range_low({trimmed})").replace(
        "HIGH", f"RANGE_HIGH ({trimmed}) * 1.0"
    )
    receipt = land_adverts(contract, [f"['{cell}']" for cell in (*TOLD, *UNREAD)])
    assert receipt["emptied"] == {"unreadable:salary_low": len(UNREAD), "unreadable:salary_high": len(UNREAD)}
    assert landed("job_posting", "posting_id, salary_low, salary_high") == [
        (f"A{at:03d}", *ends) for at, ends in enumerate([*TOLD.values(), *[(None, None)] * len(UNREAD)])
    ]


def test_an_open_end_is_no_amount_where_no_range_is_read(land_adverts: Callable[..., dict[str, Any]]) -> None:
    """What another expression makes nothing of is lost, not told by the other end."""
    contract = ADVERTS.replace("LOW", "value / 12").replace("HIGH", "value / 6")
    receipt = land_adverts(contract, ["120000", "面议", "10万以上"])
    assert receipt["emptied"] == {"unreadable:salary_low": 1, "unreadable:salary_high": 1}
    assert receipt["n_loaded"] == 3


def test_of_required_amounts_something_must_be_told(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    headers = ("person_id", "enterprise_code", "month", "contribution_base", "region_code")
    rows = [(resident_id(1), credit_code(1), "2024-05", told, "330102") for told in ("面议", "8000")]
    receipt = land_one(write_csv("employment_month.csv", headers, rows))
    assert receipt["reasons"] == {"not_a_number:contribution_base": 1}


@pytest.mark.parametrize("n", [1, 25_000])
def test_a_word_for_no_pay_may_come_later_and_by_the_thousand(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
    n: int,
) -> None:
    """Long files are read by lookups, where such a cell goes the careful way."""
    headers = ("posting_id", "posted_on", "title", "region_code", "salary_low", "description")
    rows = [(f"A{at}", "2024-05-06", "会计", "330100", "8000", "会计") for at in range(n)]
    rows += [(f"B{at}", "2024-05-06", "会计", "330100", told, "会计") for at, told in enumerate(UNSTATED)]
    receipt = land_one(write_csv("job_posting.csv", headers, rows))
    assert (receipt["n_loaded"], receipt["reasons"]) == (n + len(UNSTATED), {})
    assert sum(low is None for (low,) in landed("job_posting", "salary_low")) == len(UNSTATED)


def test_the_words_are_those_of_the_page() -> None:
    page = Path(__file__).parents[2] / "docs" / "values.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    row = next(line for line in lines if line.startswith("| pay not stated"))
    row = row.partition("mean empty")[0]
    assert row.count("`") == 2 * len(UNSTATED)
    assert all(f"`{word}`" in row for word in UNSTATED)
