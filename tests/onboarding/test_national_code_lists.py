"""Exports of the national systems: codes and names that drafts and landing understand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer import landing
from iecareer.contracts import record_type
from iecareer.onboarding import add_source
from iecareer.onboarding.dictionary import cell_words, coded, fitting_lists
from iecareer.sources import source_system
from tests.onboarding.activation import land_reviewed
from tests.people import credit_code, resident_id

REGISTERED = (
    "考生号", "姓名", "身份证号", "学校标识码", "专业代码", "专业名称", "毕业去向类别代码", "毕业去向类别", "单位名称",
    "单位统一社会信用代码", "单位所在地代码", "职位类别", "登记时间",
)  # fmt: skip
DESTINATIONS = ("10", "11", "12", "271", "46", "502", "512", "70", "71", "72", "75", "76", "801", "85")
REGISTER = (
    "身份证号", "学校标识码", "专业代码", "学历代码", "培养方式代码", "入学日期", "毕业日期",
    "性别", "出生日期", "生源地代码",
)  # fmt: skip


def registrations(n: int = 60, *, column: int = 6) -> list[list[str]]:
    codes = [DESTINATIONS[number % len(DESTINATIONS)] for number in range(n)]
    return [
        [f"2333010215{number:04d}", "欧阳锦程", resident_id(number), "4133010001", "460101", "数控技术", code, "",
         "某公司", credit_code(number % 7), "330106", "工程技术人员", f"2023-08-{number % 28 + 1:02d}"]
        for number, code in enumerate(codes)
    ]  # fmt: skip


def graduates(level: list[str], mode: list[str], n: int = 40) -> list[list[str]]:
    return [
        [resident_id(number), "4133010001", "460101", level[number % len(level)], mode[number % len(mode)],
         "2020-09-01", "2023-06-30", "男", "1999-03-07", "330106"]
        for number in range(n)
    ]  # fmt: skip


def test_a_registration_export_is_drafted_without_a_map(sources: Path, write: Callable[..., Path]) -> None:
    sample = write("qx.csv", REGISTERED, registrations())
    added = add_source("office", [sample])
    assert added.record_types == ("destination_registration",)
    assert added.lacking == {}
    mappings = {mapping.column: mapping for mapping in source_system("office").tables[0].mappings}
    assert {name: mapping.headers[0] for name, mapping in mappings.items()} == {
        "person_id": "身份证号",
        "institution_code": "学校标识码",
        "program_code": "专业代码",
        "registered_on": "登记时间",
        "destination": "毕业去向类别代码",
        "enterprise_code": "单位统一社会信用代码",
        "job_title": "职位类别",
        "region_code": "单位所在地代码",
    }
    assert mappings["destination"].value_map == {}


def test_words_that_are_not_the_ministry_s_are_mapped(sources: Path, write: Callable[..., Path]) -> None:
    said = ("签就业协议形式就业", "三方协议", "创业", "求职中", "出国留学")
    rows = [[*row[:6], "", said[number % 5], *row[8:]] for number, row in enumerate(registrations())]
    add_source("office", [write("qx.csv", REGISTERED, rows)])
    mappings = {mapping.column: mapping for mapping in source_system("office").tables[0].mappings}
    assert mappings["destination"].headers == ("毕业去向类别",)
    assert mappings["destination"].value_map == {
        "三方协议": "agreement",
        "创业": "self_employed",
        "出国留学": "abroad",
    }


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["31", "61"], {"31": "bachelor", "61": "higher_vocational"}),
        (["41", "61"], {"41": "higher_vocational", "61": "higher_vocational"}),
        (["21", "31"], {"21": "bachelor", "31": "higher_vocational"}),
        (["21", "44", "47"], {"21": "bachelor", "44": "secondary_vocational", "47": "secondary_vocational"}),
        (["01", "41"], {"41": "higher_vocational"}),
        (["31"], {}),
        (["31", "41"], {}),
        (["31", "99"], {}),
        ([], {}),
    ],
)
def test_codes_of_schooling_count_only_if_one_list_explains_them(
    codes: list[str], expected: dict[str, str]
) -> None:
    level = record_type("graduate").column("study_level")
    assert level
    assert coded(level, codes) == expected


def test_a_draft_names_the_list_it_used_or_the_lists_that_differ(
    sources: Path, write: Callable[..., Path]
) -> None:
    sure = write("sure.csv", REGISTER, graduates(["41", "61"], ["1", "2", "4"]))
    text = add_source("sure", [sure]).path.read_text(encoding="utf-8")
    assert "codes of 全国高校毕业生就业系统 学历代码" in text
    assert "codes of 全国高校毕业生就业系统 培养方式代码" in text
    mappings = {mapping.column: mapping for mapping in source_system("sure").tables[0].mappings}
    assert mappings["study_level"].value_map == {"41": "higher_vocational", "61": "higher_vocational"}
    assert mappings["training_mode"].value_map == {"1": "regular", "2": "order_class", "4": "order_class"}
    unsure = write("unsure.csv", REGISTER, graduates(["31", "41"], ["1"]))
    text = add_source("unsure", [unsure]).path.read_text(encoding="utf-8")
    assert "the codes mean different things in" in text
    mappings = {mapping.column: mapping for mapping in source_system("unsure").tables[0].mappings}
    assert mappings["study_level"].value_map == {}


def test_two_lists_fit_where_both_have_the_codes() -> None:
    level = record_type("graduate").column("study_level")
    assert level
    assert len(fitting_lists(level, ["31", "41"])) == 2


def test_no_word_says_both_that_somebody_graduated_and_did_not() -> None:
    words = cell_words()
    assert not words.graduated & words.not_graduated
    assert {"退学", "结业", "肄业", "休学", "在籍"} <= words.not_graduated
    levels = {name for names in words.values["study_level"].values() for name in names}
    assert not levels & words.not_graduated


TWO = ("毕业去向类别代码", "毕业去向类别")
NAMED = ("签就业协议形式就业", "签劳动合同形式就业", "升学", "待就业")
CODED = ("10", "11", "801", "70")


@pytest.mark.parametrize("other", ["国家基层项目", "创业"])
@pytest.mark.parametrize("is_said_in_own_words", [False, True])
def test_code_and_name_of_a_destination_must_mean_the_same(
    sources: Path, write: Callable[..., Path], other: str, is_said_in_own_words: bool
) -> None:
    names = (*NAMED[:2], "考研" if is_said_in_own_words else NAMED[2], NAMED[3])
    rows = [[*row[:6], CODED[n % 4], names[n % 4], *row[8:]] for n, row in enumerate(registrations())]
    rows[0][6], rows[1][6:8], rows[2][7] = "", ["27", other], ""
    if is_said_in_own_words:
        rows[5][6] = "80"
        rows[6][6] = "10"
    sample = write("qx.csv", REGISTERED, rows)
    text = add_source("office", [sample]).path.read_text(encoding="utf-8")
    assert "rows in which they differ are quarantined" in text
    (receipt,) = land_reviewed("office", [sample])
    n_differing = 3 if is_said_in_own_words else 1
    assert receipt["reasons"] == {"not_in_list:destination": n_differing}
    assert receipt["n_loaded"] == 60 - n_differing


def test_code_and_name_of_schooling_must_mean_the_same(sources: Path, write: Callable[..., Path]) -> None:
    rows = [
        [*row[:4], "本科" if row[3] == "31" else "专科", *row[4:]]
        for row in graduates(["41", "31", "61", "41"], ["1"])
    ]
    rows[0][4], rows[5][3], rows[6][4], rows[8][3] = "本科", "-", "", ""
    sample = write("xj.csv", (*REGISTER[:4], "学历", *REGISTER[4:]), rows)
    add_source("office", [sample])
    (receipt,) = land_reviewed("office", [sample])
    assert receipt["reasons"] == {"not_in_list:study_level": 1}
    assert receipt["n_loaded"] == 39


def test_code_and_name_of_a_program_must_belong_together(sources: Path, write: Callable[..., Path]) -> None:
    """Of 60 rows one has the name of another listed program, one a name that the list lacks, one no name."""
    headers = ("program_code", "edition", "program_name", "study_level")
    programs = {"460101": "数控技术", "510203": "软件技术"}
    listed = [[code, "2021", name, "higher_vocational"] for code, name in programs.items()]
    landing.land("exchange", [write("program.csv", headers, listed)])
    rows = registrations()
    rows[3][5], rows[4][5], rows[5][5] = "软件技术", "智能制造技术", "-"
    sample = write("qx.csv", REGISTERED, rows)
    draft = add_source("office", [sample]).path.read_text(encoding="utf-8")
    assert "the delivered list says that they differ" in draft
    (receipt,) = land_reviewed("office", [sample])
    assert receipt["reasons"] == {"code_and_name_differ:program_code": 1}
    assert receipt["n_loaded"] == 59
