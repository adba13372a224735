"""A region may be given by its name, of any level; a name that means several divisions is left as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.people import credit_code, resident_id

MONTH = ("person_id", "enterprise_code", "month", "contribution_base", "region_code")
NAMES = {
    "浙江省": "330000",
    "宁波": "330200",
    "浙江省宁波市海曙区": "330203",
    "　宁波市 ": "330200",
    "北京市朝阳区": "110105",
    "330102": "330102",
    "鼓楼区": "鼓楼区",
    "外省": "外省",
}


@pytest.mark.parametrize("times", [1, 4_000])
def test_a_name_that_means_one_division_becomes_its_code(
    times: int,
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    """Long files are parsed by way of the value cache."""
    names = list(NAMES) * times
    rows = [
        (resident_id(at % 900 + 1, born=f"19{60 + at // 900}0307"), credit_code(1), "2024-07", 5000, name)
        for at, name in enumerate(names)
    ]
    receipt = land_one(write_csv("employment_month.csv", MONTH, rows))
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (len(names), 0)
    found = {code for (code,) in landed("employment_month", "distinct region_code")}
    assert found == set(NAMES.values())
