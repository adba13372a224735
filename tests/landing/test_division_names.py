"""A region is a code of the list of divisions, current or former, or a name that means one division of any level."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iecareer.landing.parse import parser
from tests.people import credit_code, resident_id

MONTH = ("person_id", "enterprise_code", "month", "contribution_base", "region_code")
# Text → code, or the reason for which it is none.
REGIONS = {
    "浙江省": "330000",
    "宁波": "330200",
    "浙江省宁波市海曙区": "330203",
    "　宁波市 ": "330200",
    "北京市朝阳区": "110105",
    "330102": "330102",
    "330204": "330204",  # 江东区, part of another district since 2016
    "510200": "510200",  # 重庆市 before it became a province
    "330101": "330101",  # 市辖区
    "429000": "429000",  # the counties under a province directly
    "33": "330000",
    "3302": "330200",
    "330102000": "330102",
    "330102000000": "330102",
    "330000000000": "330000",
    "３３０１０２": "330102",
    "鼓楼区": "ambiguous_name",
    "外省": "not_a_code",
    "330199": "not_a_code",
    "999999": "not_a_code",
    "000000": "not_a_code",
    "99": "not_a_code",
    "33010": "not_a_code",
    "330102001": "other_level",
    "330102001005": "other_level",
    "999999001005": "not_a_code",
}


@pytest.mark.parametrize("few", [1, 10**9])
def test_a_region_is_a_code_of_the_list_or_a_name_that_means_one_division(
    few: int,
    monkeypatch: pytest.MonkeyPatch,
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    """Long files are parsed by way of the value cache."""
    monkeypatch.setattr(parser, "_FEW_ROWS", few)
    times = 3
    told = list(REGIONS) * times
    rows = [
        (resident_id(at % 900 + 1, born=f"19{60 + at // 900}0307"), credit_code(1), "2024-07", 5000, text)
        for at, text in enumerate(told)
    ]
    receipt = land_one(write_csv("employment_month.csv", MONTH, rows))
    codes = [code for code in REGIONS.values() if code.isdigit()]
    reasons = [reason for reason in REGIONS.values() if not reason.isdigit()]
    assert receipt["reasons"] == {
        f"{why}:region_code": reasons.count(why) * times for why in sorted({*reasons})
    }
    assert receipt["n_loaded"] == len(codes) * times
    found = landed("employment_month", "region_code")
    assert [code for (code,) in found] == sorted(codes * times)
