"""A status of the row is asked about: arrears, voided rows and rows that nobody approved are no records."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.onboarding import Added, row_status, sample_reader
from iecareer.sources import activate
from tests.onboarding.activation import land_reviewed
from tests.onboarding.test_rows_asked import INSURED, answered, months
from tests.people import credit_code, resident_id

Add = Callable[..., tuple[Added, str]]
Write = Callable[..., Path]


def insured(words: Sequence[str], *, first: int = 0) -> list[list[str]]:
    """A month of contributions of each person, with that word of a status."""
    return [
        [resident_id(first + i), credit_code(i % 3), "202306", str(5000 + i), "330206", word]
        for i, word in enumerate(words)
    ]


def question(text: str) -> str:
    """The TODO about rows, on one line."""
    found = re.search(r"# TODO rowFilter .*(?:\n *# (?!TODO).*)*", text)
    return re.sub(r"\n *# ", " ", found[0]) if found else ""


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("缴费状态", ["正常缴费"] * 39 + ["欠费"]),
        ("缴费状态", ["欠费"] * 40),
        ("到账状态", ["已到账"] * 30 + ["未到账"] * 10),
        ("缴费标志", ["1"] * 30 + ["0"] * 10),
        ("单位到账标志", ["1"] * 30 + ["0"] * 10),
        ("个人缴费状态", ["A"] * 30 + ["B"] * 10),
        ("有效标识", ["Y"] * 30 + ["N"] * 10),
        ("参保状态", ["参保缴费"] * 30 + ["暂停缴费"] * 10),
        ("审核状态", ["已审核"] * 30 + ["待审核"] * 10),
        ("是否到账", ["是"] * 30 + ["否"] * 10),
        ("作废标志", [""] * 39 + ["作废"]),
        ("处理结果", ["成功"] * 30 + ["冲正"] * 10),
        ("缴款说明", ["代扣"] * 30 + ["已退费"] * 10),
        ("payment_status", ["paid"] * 30 + ["unpaid"] * 10),
        ("is_valid", ["true"] * 30 + ["false"] * 10),
    ],
)
def test_a_status_of_the_row_is_asked_about(write: Write, add: Add, header: str, words: list[str]) -> None:
    added, text = add(write("june.csv", (*INSURED, header), insured(words)))
    asked = question(text)
    assert asked.startswith(f"# TODO rowFilter {header}: ")
    for word in {*words} - {""}:
        assert f"{word} ({words.count(word)})" in asked
    assert header not in text.partition("# Not used")[2]
    with pytest.raises(IecareerError, match=f"rowFilter {header}"):
        activate("office")
    answered(added)
    if "WORD" in added.path.read_text(encoding="utf-8"):
        with pytest.raises(IecareerError, match="still says WORD"):
            activate("office")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("缴费状态", ["正常缴费"] * 40),
        ("婚姻状态", ["已婚"] * 20 + ["未婚"] * 20),
        ("就业状态", ["已就业"] * 20 + ["待就业"] * 20),
        ("缴费方式", ["银行代扣"] * 20 + ["现金"] * 20),
        ("单位性质", ["国有企业"] * 20 + ["其他企业"] * 20),
        ("单位状态", ["存续"] * 20 + ["迁出"] * 20),
        ("人员标识", ["A1"] * 20 + ["A2"] * 20),
        ("作废时间", ["2023-07-01"] * 20 + ["2023-07-02"] * 20),
    ],
)
def test_other_words_are_not_asked_about(write: Write, add: Add, header: str, words: list[str]) -> None:
    _, text = add(write("june.csv", (*INSURED, header), insured(words)))
    assert "TODO" not in text


def test_one_word_is_asked_about_where_the_sample_is_only_the_beginning(
    write: Write, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (row_status, sample_reader):
        monkeypatch.setattr(module, "ENOUGH_ROWS", 40)
    rows = insured(["正常缴费"] * 40 + ["欠费"] * 20)
    _, text = add(write("june.csv", (*INSURED, "缴费状态"), rows))
    assert "正常缴费 (40)" in question(text)


def test_a_word_in_another_sheet_is_asked_about(write_xlsx: Callable[..., Path], add: Add) -> None:
    sheets = {
        "一月": ((*INSURED, "缴费状态"), insured(["正常缴费"] * 40)),
        "二月": ((*INSURED, "缴费状态"), insured(["正常缴费"] * 30 + ["欠费"] * 10)),
    }
    _, text = add(write_xlsx("two.xlsx", sheets))
    assert "正常缴费 (70), 欠费 (10)" in question(text)


def test_who_agrees_loads_the_rows_that_are_records_and_sees_words_that_nobody_listed(
    write: Write, add: Add
) -> None:
    kinds = ["企业职工基本养老保险", "失业保险"]
    words = ["正常缴费"] * 30 + ["欠费"] * 8 + ["挂起"] * 4
    rows = [[*row[:-1], kind, row[-1]] for row in insured(words) for kind in kinds]
    sample = write("june.csv", (*INSURED, "险种类型", "缴费状态"), rows)
    added, text = add(sample)
    assert "TODO rowFilter 险种类型" in text
    answered(added)
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["n_loaded"], receipt["n_left_out"]) == (30, 42 + 8)
    assert receipt["reasons"] == {"not_in_list:缴费状态": 4}
    assert months() == (30, sum(5000 + i for i in range(30)))


def test_back_payments_are_records(write: Write, add: Add) -> None:
    words = ["正常缴费"] * 30 + ["欠费"] * 6 + ["补缴"] * 4
    added, text = add(write("june.csv", (*INSURED, "缴费状态"), insured(words)))
    assert 'keep: ["正常缴费", "补缴"], leaveOut: ["欠费"]' in text
    assert "TODO joinsMonth" in text
    _, text = add(write("july.csv", (*INSURED, "缴费状态"), insured(["正常缴费", "补缴"] * 20)), name="other")
    assert "TODO joinsMonth" in text
    assert "rowFilter" not in text
    assert added.path.exists()


def test_statuses_of_other_record_types_are_asked_about(write: Write, add: Add) -> None:
    rows = [
        [f"P{i}", "2023-06-01", "操作工", "330206", "操作设备", "有效" if i % 4 else "作废"]
        for i in range(40)
    ]
    headers = ("职位编号", "发布日期", "职位名称", "工作地点代码", "职位描述", "状态")
    _, text = add(write("jobs.csv", headers, rows))
    assert 'rowFilter, value: {"状态": {keep: ["有效"], leaveOut: ["作废"]}}' in text


def test_an_empty_status_is_never_left_out_by_a_draft(write: Write, add: Add) -> None:
    words = ["正常缴费"] * 30 + ["欠费"] * 4 + [""] * 6 + ["-"] * 3
    sample = write("june.csv", (*INSURED, "缴费状态"), insured(words))
    added, text = add(sample)
    assert "null]" not in text
    assert "- (3)" in question(text)
    assert "In 6 rows the cell is empty" in question(text)
    answered(added)
    (receipt,) = land_reviewed("office", [sample])
    assert receipt["reasons"] == {"missing:缴费状态": 6, "not_in_list:缴费状态": 3}


def test_totals_and_notes_are_no_rows_of_the_question(write: Write, add: Add) -> None:
    rows = [
        *insured(["正常缴费"] * 30 + ["欠费"] * 4),
        ["合计", "34条", "", "", "", ""],
        ["说明：本表仅限内部使用", "", "", "", "", ""],
    ]
    _, text = add(write("june.csv", (*INSURED, "缴费状态"), rows))
    assert "34 rows seen" in text
    assert "empty" not in question(text)


def test_a_single_student_who_has_not_graduated_is_asked_about(write: Write, add: Add) -> None:
    rows = [
        [resident_id(at), "4133010001", "460301", "高职", "普通", "2019-09-01", "2022-06-30", "男", "2001", "330106",
         "毕业" if at else "结业"]
        for at in range(40)
    ]  # fmt: skip
    headers = (
        "身份证号", "学校代码", "专业代码", "培养层次", "培养方式", "入学日期", "离校日期", "性别", "出生年份",
        "生源地代码", "毕结业结论",
    )  # fmt: skip
    _, text = add(write("xueji.csv", headers, rows), record_types=["graduate"])
    assert 'keep: ["毕业"], leaveOut: ["结业"]' in text
    assert "结业 (1)" in question(text)
