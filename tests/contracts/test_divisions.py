"""Names of administrative divisions of any level give their codes; an ambiguous name gives all of them."""

from __future__ import annotations

import pytest

from iecareer.contracts.divisions import division_code, division_codes, division_names


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("浙江省", "330000"),
        ("浙江", "330000"),
        ("北京市", "110000"),
        ("北京", "110000"),
        ("内蒙古自治区", "150000"),
        ("内蒙古", "150000"),
        ("广西", "450000"),
        ("宁波市", "330200"),
        ("宁波", "330200"),
        ("吉林省", "220000"),
        ("吉林市", "220200"),
        ("浙江省宁波市", "330200"),
        ("浙江-宁波", "330200"),
        ("浙江省宁波市海曙区", "330203"),
        ("浙江省 / 宁波市 / 海曙区", "330203"),
        ("宁波海曙", "330203"),
        ("北京市朝阳区", "110105"),
        ("北京朝阳", "110105"),
        ("辽宁省朝阳市", "211300"),
        ("江苏省徐州市鼓楼区", "320302"),
        # Former names.
        ("崇文区", "110103"),
        ("四川省重庆市", "510200"),
    ],
)
def test_a_name_has_its_code(name: str, code: str) -> None:
    assert (division_code(name), division_codes(name)) == (code, (code,)), division_codes(name)


@pytest.mark.parametrize("name", ["昌平县", "鼓楼区", "朝阳区", "吉林", "海南", "朝阳"])
def test_an_ambiguous_name_has_several(name: str) -> None:
    assert division_code(name) is None
    assert len(division_codes(name)) > 1


@pytest.mark.parametrize(
    "name", ["", "市", "市辖区", "外省", "浙江大学", "宁波市某某公司", "海曙区宁波市", "330102", "x"]
)
def test_anything_else_has_none(name: str) -> None:
    assert division_codes(name) == ()


@pytest.mark.parametrize(
    ("code", "name"), [("330000", "浙江省"), ("330200", "宁波市"), ("110103", "崇文区"), ("419001", "济源市")]
)
def test_a_code_has_its_name_and_of_several_the_current_one(code: str, name: str) -> None:
    assert division_names()[code] == name
