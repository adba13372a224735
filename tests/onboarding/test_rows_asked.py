"""Drafts of files whose rows are not records as they stand: several months, several kinds, not yet graduated."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from iecareer.errors import IecareerError
from iecareer.landing import land
from iecareer.onboarding import Added
from iecareer.settings import lake
from iecareer.sources import activate
from tests.onboarding.activation import land_reviewed
from tests.people import credit_code, resident_id

Add = Callable[..., tuple[Added, str]]
_TODO = re.compile(
    r"^ *# ?TODO (?:rowFilter|sameKey|joinsMonth|monthColumns).*\n(^ *# (?!customProperties).*\n)*",
    re.MULTILINE,
)


def answered(added: Added) -> None:
    """What a person does who agrees: remove the question and the mark before the suggested line."""
    text = _TODO.sub("", added.path.read_text(encoding="utf-8"))
    text = re.sub(r"^( *)#(?=customProperties|- \{property)", r"\1", text, flags=re.MULTILINE)
    added.path.write_text(text, encoding="utf-8")


def months() -> tuple[int, float]:
    """Person-months landed and the sum of their bases."""
    files = f"{lake()}/landing/employment_month/*/*/*.parquet"
    found = duckdb.execute("select count(*), sum(contribution_base) from read_parquet($f)", {"f": files})
    n, total = found.fetchall()[0]
    return n, total


@pytest.mark.parametrize(
    ("headers", "cells"),
    [
        (("起始年月", "终止年月"), ("202301", "202306")),
        (("费款所属期起", "费款所属期止"), ("202301", "202306")),
        (("缴费开始年月", "缴费结束年月"), ("2023-01", "2023-06")),
        (("所属期起", "所属期止"), ("2023年1月", "2023年6月")),
        (("period_start", "period_end"), ("2023-01-01", "2023-06-01")),
        (("费款所属期",), ("202301-202306",)),
        (("费款所属期",), ("2023年1月至2023年6月",)),
    ],
)
def test_a_span_of_months_is_drafted(
    write: Callable[..., Path], add: Add, headers: tuple[str, ...], cells: tuple[str, ...]
) -> None:
    rows = [[resident_id(i), credit_code(i % 3), *cells, str(5000 + i), "330206"] for i in range(12)]
    sample = write(
        "span.csv", ("证件号码", "单位统一社会信用代码", *headers, "缴费基数", "行政区划代码"), rows
    )
    _, text = add(sample)
    assert "monthSpan" in text
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["error"], receipt["n_loaded"]) == (None, 72)
    assert months() == (72, 360_396)


@pytest.mark.parametrize(
    "header",
    [
        "2023年{0}月缴费基数",
        "缴费基数2023-{0:02d}",
        "base 2023-{0:02d}",
        "2023.{0:02d} 基数",
        "2023/{0}缴费工资",
        "base_2023_{0:02d}",
        "2023_{0:02d}_base",
        "基数2023{0:02d}",
    ],
)
def test_months_side_by_side_are_drafted(write: Callable[..., Path], add: Add, header: str) -> None:
    rows = [[resident_id(i), credit_code(i % 3), "330206", *[str(5000 + i)] * 12] for i in range(12)]
    wide = [header.format(month) for month in range(1, 13)]
    sample = write("wide.csv", ("证件号码", "单位统一社会信用代码", "行政区划代码", *wide), rows)
    _, text = add(sample)
    assert "monthColumns" in text
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["error"], receipt["n_loaded"]) == (None, 144)
    assert months() == (144, 720_792)


KINDS = ("企业职工基本养老保险", "基本医疗保险", "失业保险", "工伤保险")


@pytest.mark.parametrize("header", ["险种类型", "险种", "保险种类", "征收品目", "insurance_kind"])
def test_rows_told_apart_by_a_column_outside_the_key_are_asked_about(
    write: Callable[..., Path], add: Add, header: str
) -> None:
    rows = [
        [resident_id(i), credit_code(i % 3), "202306", kind, str(5000 + i + 900 * at), "330206"]
        for i in range(40)
        for at, kind in enumerate(KINDS)
    ]
    columns = ("证件号码", "单位统一社会信用代码", "费款所属期", header, "缴费基数", "行政区划代码")
    sample = write("si.csv", columns, rows)
    added, text = add(sample)
    assert f"TODO rowFilter {header}" in text
    assert all(kind in text for kind in KINDS)
    with pytest.raises(IecareerError, match="Which rows are meant"):
        land("office", [sample])
    with pytest.raises(IecareerError, match="Which rows are meant"):
        activate("office")
    answered(added)
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["n_loaded"], receipt["n_left_out"], receipt["n_quarantined"]) == (40, 120, 0)
    assert months()[1] == sum(5000 + i for i in range(40))


@pytest.mark.parametrize(
    ("header", "out"),
    [
        ("学籍状态", ("退学", "休学", "结业", "在籍")),
        ("毕结业结论", ("结业", "肄业", "")),
        ("毕结业结论", ("",)),
        ("学籍状态", ("不在籍(退学)", "在籍(注册学籍)")),
        ("学生状态", ("在读", "延期毕业")),
        ("status", ("dropout", "enrolled")),
        ("毕业情况", ("未毕业", "开除学籍")),
    ],
)
def test_students_who_have_not_graduated_are_asked_about(
    write: Callable[..., Path], add: Add, header: str, out: tuple[str, ...]
) -> None:
    kept = "graduated" if header == "status" else "毕业"
    words = [kept] * 45 + [word for word in out for _ in range(4)]
    rows = [
        [
            resident_id(i),
            "4133010001",
            "460301",
            "高职",
            "普通",
            "2019-09-01",
            "2022-06-30",
            "男",
            "2001",
            "330106",
            word,
        ]
        for i, word in enumerate(words)
    ]
    columns = (
        "身份证号",
        "学校代码",
        "专业代码",
        "培养层次",
        "培养方式",
        "入学日期",
        "离校日期",
        "性别",
        "出生年份",
        "生源地代码",
    )
    sample = write("xueji.csv", (*columns, header), rows)
    added, text = add(sample, record_types=["graduate"])
    assert f"TODO rowFilter {header}" in text
    answered(added)
    (receipt,) = land_reviewed("office", [sample])
    # What an empty cell means is never drafted.
    n_empty = 4 * out.count("")
    assert (receipt["n_loaded"], receipt["n_left_out"], receipt["n_quarantined"]) == (
        45,
        4 * len(out) - n_empty,
        n_empty,
    )
    assert ("In 4 rows the cell is empty" in " ".join(text.split())) is bool(n_empty)


INSURED = ("证件号码", "单位统一社会信用代码", "费款所属期", "缴费基数", "参保地行政区划")


@pytest.mark.parametrize("wage", ["wage_2023_{0:02d}", "base2_2023_{0:02d}"])
def test_two_families_of_months_are_told_apart_or_asked_about(
    write: Callable[..., Path], add: Add, wage: str
) -> None:
    wide = [header.format(month) for month in (1, 2, 3) for header in (wage, "base_2023_{0:02d}")]
    rows = [[resident_id(i), credit_code(i % 3), "330206", *["9999", str(5000 + i)] * 3] for i in range(12)]
    sample = write("two.csv", ("证件号码", "单位统一社会信用代码", "行政区划代码", *wide), rows)
    added, text = add(sample)
    if wage.startswith("base"):
        assert "TODO monthColumns" in text
        with pytest.raises(IecareerError, match="Which of them is meant"):
            activate("office")
        answered(added)
        added.path.write_text(added.path.read_text().replace("base2_{month}", "base_{month}"))
    else:
        assert "Not used, although months, too: wage_{month}." in text
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["error"], receipt["n_loaded"]) == (None, 36)
    assert months() == (36, 3 * sum(5000 + i for i in range(12)))


def test_back_payments_are_asked_about(write: Callable[..., Path], add: Add) -> None:
    # One row of 41, of a month that was delivered before, as in every bureau's monthly file.
    rows = [
        [resident_id(i), credit_code(i % 3), "202307" if i else "202306", str(5000 + i), "330206",
         "正常应缴" if i else "补缴"]
        for i in range(41)
    ]  # fmt: skip
    sample = write("july.csv", (*INSURED, "缴费类型"), rows)
    added, text = add(sample)
    assert "TODO joinsMonth" in text
    assert "rowFilter" not in text
    with pytest.raises(IecareerError, match="joinsMonth"):
        activate("office")
    answered(added)
    assert '{property: joinsMonth, value: {"缴费类型": ["补缴"]}}' in added.path.read_text()
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["error"], receipt["n_loaded"]) == (None, 41)


@pytest.mark.parametrize(
    ("header", "cells", "rules", "total"),
    [
        ("更新时间", ("2023-07-01 08:00:00", "2023-07-02 09:30:00"), '{newest: "更新时间"}, sum, largest', 7000),
        ("备注", ("", ""), "sum, largest", 12_000),
    ],
)  # fmt: skip
def test_rows_of_one_key_that_differ_in_amounts_are_asked_about(
    write: Callable[..., Path], add: Add, header: str, cells: tuple[str, str], rules: str, total: int
) -> None:
    rows = [
        [resident_id(i), credit_code(i % 3), "202306", amount, "330206", cell]
        for i in range(40)
        for amount, cell in zip(("5000", "7000"), cells if i < 5 else cells[1:], strict=False)
    ]
    sample = write("twice.csv", (*INSURED, header), rows)
    added, text = add(sample)
    assert "TODO sameKey 5 keys have several rows" in text
    assert f"Candidates: {rules}, refuse." in re.sub(r"\n *# ", " ", text)
    answered(added)
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["n_loaded"], receipt["n_superseded"], receipt["n_quarantined"]) == (40, 5, 0)
    assert months()[1] == 35 * 5000 + 5 * total


def test_rows_of_one_key_that_differ_in_more_than_amounts_are_left_to_the_rehearsal(
    write: Callable[..., Path], add: Add
) -> None:
    rows = [
        [resident_id(i), credit_code(i % 3), "202306", amount, region]
        for i in range(40)
        for amount, region in (("5000", "330206"), ("7000", "330212"))
    ]
    _, text = add(write("twice.csv", INSURED, rows))
    assert "sameKey" not in text


def test_files_whose_rows_are_records_ask_nothing(write: Callable[..., Path], add: Add) -> None:
    _, text = add(write("months.csv"))
    assert "rowFilter" not in text
    assert "monthSpan" not in text
    assert "TODO" not in text


def test_cells_of_an_optional_column_that_cannot_be_read_are_counted(
    write: Callable[..., Path], add: Add
) -> None:
    rows = [
        [resident_id(i), "4133010001", "460301", "12", "2023-07-01", "单位就业",
         credit_code(i) if i % 2 else "MA000000-3"]
        for i in range(60)
    ]  # fmt: skip
    headers = ("证件号码", "学校标识码", "专业代码", "调查时点", "答卷日期", "毕业去向", "单位组织机构代码")
    _, text = add(write("answers.csv", headers, rows))
    assert "30 of 60 cells are no valid credit codes: they are left empty" in text


@pytest.mark.parametrize(
    ("kept", "out"),
    [
        (("企业职工基本养老保险", "机关事业单位基本养老保险"), ("职业年金", "失业保险")),
        (("城镇职工养老保险", "机关养老保险"), ("城乡居民养老保险", "企业年金")),
        (("基本养老保险",), ("灵活就业人员基本养老保险", "补充养老保险", "工伤保险")),
        (("basic pension", "civil pension"), ("rural pension", "unemployment")),
    ],
)
def test_every_basic_pension_of_employees_is_kept(
    write: Callable[..., Path], add: Add, kept: tuple[str, ...], out: tuple[str, ...]
) -> None:
    """Persons of enterprises and of public institutions have different pensions, and each the same other kinds."""
    kinds = [(kept[at % len(kept)], *out) for at in range(40)]
    rows = [
        [resident_id(at), credit_code(at % 3), "202306", kind, str(5000 + at), "330206"]
        for at, own in enumerate(kinds)
        for kind in own
    ]
    columns = ("证件号码", "单位统一社会信用代码", "费款所属期", "险种类型", "缴费基数", "行政区划代码")
    sample = write("si.csv", columns, rows)
    added, _ = add(sample)
    answered(added)
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["n_loaded"], receipt["n_left_out"], receipt["n_quarantined"]) == (40, 40 * len(out), 0)
    assert months() == (40, sum(5000 + at for at in range(40)))


def test_a_kind_of_insurance_that_comes_later_is_not_lost_without_a_word(
    write: Callable[..., Path], add: Add
) -> None:
    columns = ("证件号码", "单位统一社会信用代码", "费款所属期", "险种类型", "缴费基数", "行政区划代码")
    rows = [
        [resident_id(at), credit_code(at % 3), "202306", kind, str(5000 + at), "330206"]
        for at in range(40)
        for kind in KINDS[::2]
    ]
    added, _ = add(write("june.csv", columns, rows))
    answered(added)
    rows[0][3] = "机关事业单位基本养老保险"
    (receipt,) = land_reviewed("office", [write("july.csv", columns, rows)])
    assert receipt["reasons"] == {"not_in_list:险种类型": 1}


def test_rows_without_an_employer_are_counted_with_the_line_that_leaves_them_out(
    write: Callable[..., Path], add: Add
) -> None:
    """Of 40 months three have no employer, and one a mark instead."""
    employers = ["", "", "", "无", *(credit_code(at % 3) for at in range(36))]
    rows = [
        [resident_id(at), employer, "202306", str(5000 + at), "330206"]
        for at, employer in enumerate(employers)
    ]
    sample = write("june.csv", INSURED, rows)
    added, text = add(sample)
    told = " ".join(text.replace("#", " ").split())
    line = '{"单位统一社会信用代码": {leaveOut: [null, "无"]}}'
    assert "4 of 40 rows have no employer: they are quarantined (missing)" in told
    assert f"leave such rows out: rowFilter {line}" in told
    rule = f"customProperties: [{{property: rowFilter, value: {line}}}]\n    properties:"
    added.path.write_text(text.replace("properties:", rule, 1), encoding="utf-8")
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["n_loaded"], receipt["left_out"], receipt["n_quarantined"]) == (
        36,
        {"单位统一社会信用代码": 4},
        0,
    )
