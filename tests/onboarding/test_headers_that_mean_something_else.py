"""A header near to a column may mean something else: the expected day, other codes, industries of another list."""

from __future__ import annotations

import pytest

from iecareer.contracts import record_type
from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.header_match import matching
from iecareer.onboarding.mapping_proposal import Proposal, proposal

DATES = {"date": 1.0, "digit": 1.0}


def profile(header: str, shares: dict[str, float], values: tuple[str, ...] = ()) -> Profile:
    return Profile(header, 60, 60, 30, shares, None, None, 10, 10.0, dict.fromkeys(values, 10))


def drafted(kind_name: str, column: str, *profiles: Profile) -> Proposal | None:
    kind = record_type(kind_name)
    found = matching(profiles, kind)
    match = found.match(column)
    return proposal(match, kind, found.unused) if match else None


@pytest.mark.parametrize(
    "expected", ["预计毕业日期", "预期毕业时间", "应毕业日期", "拟毕业时间", "Expected graduation date"]
)
def test_an_expected_day_is_no_graduation(expected: str) -> None:
    assert drafted("graduate", "graduated_on", profile(expected, DATES)) is None
    both = profile(expected, DATES), profile("毕结业日期", DATES)
    found = drafted("graduate", "graduated_on", *both)
    assert found
    assert found.header == "毕结业日期"


@pytest.mark.parametrize(
    ("code_share", "name", "header"),
    [
        (0.0, "院校名称", "院校名称"),
        (0.2, "学校名称", "学校名称"),
        (1.0, "院校名称", "院校代码"),
        (0.9, "学校名称", "院校代码"),
        (0.0, "专业名称", "院校代码"),
    ],
)
def test_names_replace_codes_that_are_not_the_ministrys(code_share: float, name: str, header: str) -> None:
    code = profile("院校代码", {"institution": code_share, "digit": 1.0}, ("13045", "10863"))
    named = profile(name, {"digit": 0.0}, ("甲职业技术学院", "乙职业技术学院"))
    found = drafted("destination_registration", "institution_code", code, named)
    assert found
    assert found.header == header


@pytest.mark.parametrize(
    ("header", "values", "is_open"),
    [
        ("单位行业代码", ("22", "34", "42"), True),
        ("单位行业", ("11",), True),
        ("单位行业码", ("31", "45"), True),
        ("单位行业代码", ("22", "51"), True),
        ("单位行业代码", ("22", "13"), True),
        ("行业代码", ("39", "35"), True),
        ("单位行业代码", ("C", "39"), True),
        ("单位行业代码", ("C", "C39"), False),
        ("单位行业", ("制造业", "教育"), False),
    ],
)
def test_bare_numbers_of_industries_in_a_registration_are_asked_about(
    header: str, values: tuple[str, ...], is_open: bool
) -> None:
    found = drafted(
        "destination_registration", "industry_code", profile(header, {"industry": 1.0, "digit": 1.0}, values)
    )
    assert found
    assert any(remark.startswith("TODO") for remark in found.remarks) == is_open


@pytest.mark.parametrize("name", [("院校名称",), ()])
def test_a_number_of_a_school_is_shown_with_the_line_that_maps_it(name: tuple[str, ...]) -> None:
    code = profile("院校代码", {"institution": 0.0, "digit": 1.0}, ("12036", "10863"))
    named = [profile(header, {"digit": 0.0}, ("甲职业技术学院",)) for header in name]
    found = drafted("graduate", "institution_code", code, *named)
    assert found
    line = 'customProperties: [{property: valueMap, value: {"12036": VALUE, "10863": VALUE}}]'
    assert line in " ".join(found.remarks)
    assert found.header == (name or ("院校代码",))[0]
    assert found.value_map == {}
