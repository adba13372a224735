"""An amount that may be either of two numbers is not guessed: a point with three digits, a unit told twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.landing.test_pay import ADVERTS, adverts

HEADERS = ("posting_id", "posted_on", "title", "region_code", "salary_low", "description")
READ = {
    "8500.125": 8500.125, "850.125": 850.125, "0.850": 0.85, "8.5": 8.5, "8.50": 8.5, "1,234.500": 1234.5,
    "8.500千": 8500.0, "0.850万": 8500.0, "950k": 950_000.0, "2000000元": 2_000_000.0, "2000000": 2_000_000.0,
}  # fmt: skip
EITHER = ("8.500", "12.750", "￥8.500", "8.500元", "9.000/月", "+8.500", "499.999", "CNY 8.500")
TOO_LARGE = ("8500k", "850万", "1200千", "3亿", "8500 K")

Land = Callable[..., dict[str, Any]]
Landed = Callable[..., list[tuple[Any, ...]]]


@pytest.mark.parametrize("n", [0, 25_000])
def test_a_point_that_may_separate_thousands_is_not_read(
    write_csv: Callable[..., Path], land_one: Land, landed: Landed, n: int
) -> None:
    """Long files are read by lookups, where such a cell goes the careful way."""
    told = [*(f'"{cell}"' for cell in READ), *EITHER, *TOO_LARGE, *["8000"] * n]
    rows = [(f"A{at:05d}", "2024-05-06", "会计", "330100", cell, "会计") for at, cell in enumerate(told)]
    receipt = land_one(write_csv("job_posting.csv", HEADERS, rows))
    assert receipt["emptied"] == {"not_a_number:salary_low": len(EITHER) + len(TOO_LARGE)}
    found = [low for _, low in landed("job_posting", "posting_id, salary_low")]
    assert found == [*READ.values(), *[None] * len((*EITHER, *TOO_LARGE)), *[8000.0] * n]


@pytest.mark.parametrize(
    ("expression", "cells"),
    [
        ("value * 10000", {"0.85": 8500.0, "0.85万": 8500.0, "8.5千": 8500.0, "8.5k": 8500.0, "1.235": 12350.0,
                           "1.235万元": 12350.0, "8500元": None, "1.2元": None, "1": 10000.0, "": None}),
        ("value * 1000", {"8.5": 8500.0, "8.5k": 8500.0, "8.500": 8500.0, "0.85万": 8500.0, "8500元": None}),
        ("value * 10000 / 12", {"12": 10000.0, "12万": 10000.0, "12万元": 10000.0, "96.000": 80000.0}),
        ("value / 12", {"96000": 8000.0, "9.6万": 8000.0, "96.000": None, "9.600": None, "96000元": 8000.0}),
        ("value * 1.5", {"8000": 12000.0, "8千": 12000.0, "8.000": None, "5.25": 7.875}),
        ("split_part(薪资, chr(45), 1)", {"8500-9000": 8500.0, "8.500-9.000": None, "8500.125-9000": 8500.125}),
        ("8.125 + 0 * value", {"9000": 8.125}),
    ],
)  # fmt: skip
def test_the_unit_of_a_cell_counts_before_that_of_the_header(
    system: Callable[[str, str], None],
    write_csv: Callable[..., Path],
    land_one: Land,
    landed: Landed,
    expression: str,
    cells: dict[str, float | None],
) -> None:
    system("adverts", ADVERTS.replace("LOW", expression).replace("HIGH", "null"))
    receipt = land_one(write_csv("a.csv", ("编号", "职位", "薪资"), adverts([*cells])), source="adverts")
    lost = [cell for cell, amount in cells.items() if cell and amount is None]
    assert receipt["emptied"].get("unreadable:salary_low", 0) == len(lost)
    assert [low for _, low in landed("job_posting", "posting_id, salary_low")] == [
        amount if amount is None else pytest.approx(amount) for amount in cells.values()
    ]
