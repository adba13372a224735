"""Words of a filter: a draft lists all categories, and the rehearsal names those that the filter does not list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer.onboarding import Added, rehearse
from iecareer.onboarding.shown_words import names_categories, shown_words
from tests.onboarding.conftest import NAMES
from tests.onboarding.test_row_status import insured, question
from tests.onboarding.test_rows_asked import INSURED, answered

Add = Callable[..., tuple[Added, str]]
Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("header", "words", "hidden"),
    [
        (
            "学籍状态",
            {"不在籍(毕业)": 50, "不在籍(肄业)": 2, "注册学籍": 1, "王小明": 1},
            {"注册学籍", "王小明"},
        ),
        ("险种", {"企业职工基本养老保险": 40, "生育保险": 1, "330206": 1}, {"330206"}),
        ("缴费类型", {"正常应缴": 40, "正常应缴(补)": 1}, set()),
        ("insurance_type", {"basic pension": 9, "civil service pension": 1, "Smith": 1}, {"Smith"}),
        ("经办人", {"张三丰": 40, "张三丰二": 1}, {"张三丰二"}),
        ("备注", {"毕业": 40, "毕业后失联": 2}, {"毕业后失联"}),
    ],
)
def test_rare_words_are_shown_only_where_they_are_categories(
    header: str, words: dict[str, int], hidden: set[str]
) -> None:
    assert {*words} - {*shown_words(header, words)} == hidden


@pytest.mark.parametrize("n", [30, 31])
def test_of_more_words_than_a_status_has_only_frequent_ones_are_shown(n: int) -> None:
    words = {f"状态{chr(0x4E00 + at)}": 5 if at else 1 for at in range(n)}
    assert len(shown_words("状态", words)) == (n if n <= 30 else n - 1)


def test_headers_of_persons_and_texts_name_no_categories() -> None:
    named = [
        h for h in ("姓名", "备注", "家庭情况", "单位名称", "note", "学历", "险种类型") if names_categories(h)
    ]
    assert named == ["学历", "险种类型"]


def test_rare_words_of_a_status_stand_in_the_question(write: Write, add: Add) -> None:
    words = ["正常缴费"] * 38 + ["暂停缴费", NAMES[0]]
    _, text = add(write("june.csv", (*INSURED, "缴费状态"), insured(words)))
    assert "Words: 正常缴费 (38), 暂停缴费 (1), 1 more." in question(text)
    assert NAMES[0] not in text


def test_the_rehearsal_names_words_in_neither_list(write: Write, add: Add) -> None:
    added, _ = add(write("june.csv", (*INSURED, "缴费状态"), insured(["正常缴费"] * 30 + ["欠费"] * 10)))
    answered(added)
    words = ["正常缴费"] * 30 + ["欠费"] * 6 + ["暂停缴费"] * 2 + [NAMES[0]]
    (table,) = rehearse("office", [write("july.csv", (*INSURED, "缴费状态"), insured(words))]).tables
    (warning,) = table.warnings
    assert "rowFilter 缴费状态: in neither keep nor leaveOut: 暂停缴费 (2), 1 more." in warning
    assert NAMES[0] not in str(table)
    assert table.notes == ()
    (table,) = rehearse("office", [write("june.csv", (*INSURED, "缴费状态"), insured(words[:36]))]).tables
    assert table.warnings == ()


def test_the_rehearsal_names_what_a_filter_without_leave_out_drops(write: Write, add: Add) -> None:
    added, _ = add(write("june.csv", (*INSURED, "险种"), insured(["基本养老保险"] * 40)))
    text = added.path.read_text(encoding="utf-8")
    rule = "customProperties: [{property: rowFilter, value: {险种: {keep: [基本养老保险]}}}]\n    properties:"
    added.path.write_text(text.replace("properties:", rule, 1), encoding="utf-8")
    words = ["基本养老保险"] * 30 + ["机关事业单位基本养老保险"] * 9 + ["失业保险"]
    (table,) = rehearse("office", [write("july.csv", (*INSURED, "险种"), insured(words))]).tables
    assert table.notes == (
        "rowFilter 险种 leaves out, because keep does not have them: 机关事业单位基本养老保险 (9), 失业保险 (1).",
    )
    assert table.receipt["left_out"] == {"险种": 10}
    assert table.warnings == ()
