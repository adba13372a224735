"""The unit of pay (per month or year, in yuan or thousands) comes from the header or else from most rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer.onboarding import Added, rehearse
from iecareer.sources import source_system
from tests.people import resident_id

Add = Callable[..., tuple[Added, str]]


@pytest.mark.parametrize(
    ("header", "pay", "rule"),
    [
        ("月工资(千元)", [4.5] * 40 + [180.0], "value * 1000"),
        ("薪酬", [4500] * 40 + [180_000], None),
        ("薪酬", [96_000] * 40 + [3_900_000], "value / 12"),
        ("月薪", [96_000] * 40, None),
        ("年薪(万元)", [9.6] * 40, "value * 10000 / 12"),
        ("月薪(千元)", [4.503, 5.125] * 20, "value * 1000"),
    ],
)
def test_pay_a_year_is_told_by_what_most_rows_say(
    write: Callable[..., Path], add: Add, header: str, pay: list[float], rule: str | None
) -> None:
    """Neither a total at the bottom, a few high values, nor a header with "month" is taken for pay per year."""
    headers = ("身份证号", "用人单位", "入职时间", "数据截止日期", header)
    rows = [[resident_id(at), "某厂", "2023-07-01", "2024-12-31", money] for at, money in enumerate(pay)]
    add(write("jobs.csv", headers, rows))
    mapped = {mapping.column: mapping for mapping in source_system("office").tables[0].mappings}
    assert mapped["monthly_wage"].transform == rule


@pytest.mark.parametrize(
    ("cells", "pay"),
    [
        (["2.503,50 €", "3.100,00 €"], {"2503.5", "3100.0"}),
        (["2 503,50", "3 100,00"], {"2503.5", "3100.0"}),
        (["EUR 2.503,50", "EUR 980,00"], {"2503.5", "980.0"}),
        (["2.503", "3.100"], {"2503.0", "3100.0"}),
        (["2503.5", "3100"], {"2503.5", "3100.0"}),
    ],
)
def test_amounts_as_they_are_written_in_europe(
    write: Callable[..., Path], add: Add, cells: list[str], pay: set[str]
) -> None:
    headers = ("身份证号", "Arbeitgeber", "入职时间", "数据截止日期", "Monatsgehalt")
    rows = [[resident_id(at), "Müller", "2023-07-01", "2024-12-31", cells[at % 2]] for at in range(30)]
    sample = write("jobs.csv", headers, rows, delimiter=";")
    add(sample)
    table = rehearse("office", [sample]).tables[0]
    assert (table.receipt["n_loaded"], table.receipt["n_quarantined"]) == (30, 0)
    assert {row["monthly_wage"] for row in table.rows} == pay


@pytest.mark.parametrize(
    ("header", "cells", "pay"),
    [
        ("月薪(万元)", ["0.85万", "1.2万"], {"8500.0", "12000.0"}),
        ("月薪(万元)", ["0.85", "1.2万"], {"8500.0", "12000.0"}),
        ("月薪(万元)", ["0.85", "0.85", "8.5千"], {"8500.0"}),
        ("月薪(千元)", ["8.5k", "12k"], {"8500.0", "12000.0"}),
        ("月薪(千元)", ["8.5", "1.2万元"], {"8500.0", "12000.0"}),
        ("年薪(万元)", ["9.6万", "12"], {"8000.0", "10000.0"}),
        ("年薪(万元)", ["9.6万", "12万元"], {"8000.0", "10000.0"}),
    ],
)
def test_a_unit_in_header_and_cells_counts_once(
    write: Callable[..., Path], add: Add, header: str, cells: list[str], pay: set[str]
) -> None:
    headers = ("身份证号", "用人单位", "入职时间", "数据截止日期", header)
    rows = [[resident_id(at), "某厂", "2023-07-01", "2024-12-31", cells[at % len(cells)]] for at in range(30)]
    sample = write("jobs.csv", headers, rows)
    _, text = add(sample)
    table = rehearse("office", [sample]).tables[0]
    assert (table.receipt["n_loaded"], table.receipt["emptied"]) == (30, {})
    assert {str(round(float(row["monthly_wage"]), 6)) for row in table.rows} == pay
    assert "unit" in text
