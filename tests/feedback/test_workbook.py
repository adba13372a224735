"""The workbook of a college: a summary first, one definition a sheet, numbers as numbers, nothing that runs."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from iecareer.feedback.published import open_published, read_colleges, read_edition
from iecareer.feedback.wording import sentences
from iecareer.feedback.workbook import write_workbook
from iecareer.feedback.workbook.book import OPTIONS
from iecareer.feedback.workbook.quick_sheet import QuickSheet
from tests.feedback.colleges import IMPRINT, college, edition, row

CODE = "4142010800"
HEAD = 5


@pytest.fixture(scope="module")
def book(published_home: Path) -> openpyxl.Workbook:
    (path,) = (published_home / "releases" / "first" / CODE).glob("*.xlsx")
    return openpyxl.load_workbook(path)


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    names = [cell.value for cell in sheet[HEAD]]
    found = [
        dict(zip(names, (cell.value for cell in line), strict=True))
        for line in sheet.iter_rows(min_row=HEAD + 2)
    ]
    return [line for line in found if any(value is not None for value in line.values())]


def write(path: Path, **tables: list[dict[str, Any]]) -> openpyxl.Workbook:
    write_workbook(path / "book.xlsx", college(**tables), edition(), IMPRINT)
    return openpyxl.load_workbook(path / "book.xlsx")


def test_the_summary_comes_first_in_both_languages(book: openpyxl.Workbook) -> None:
    assert book.sheetnames[:2] == ["摘要", "Summary"]
    assert book.sheetnames[-1] == "说明"
    texts = [cell.value for line in book["摘要"].iter_rows() for cell in line if isinstance(cell.value, str)]
    assert "本年要点" in texts
    assert any("毕业去向落实率为 86.4%" in text for text in texts)
    assert any(text.startswith("1. ") for text in texts)
    english = [
        cell.value for line in book["Summary"].iter_rows() for cell in line if isinstance(cell.value, str)
    ]
    assert any(text.startswith("Of the graduates of cohort 2025") for text in english)


def test_a_quick_sheet_has_the_same_bytes_as_a_plain_one(tmp_path: Path) -> None:
    cells = [(1 / 3, "0.0%"), None, (1e22, "0"), ("=1&<2>", "@"), ("", "@"), (-3, "0"), None]
    parts = []
    for sheet_class in (Worksheet, QuickSheet):
        path = tmp_path / f"{sheet_class.__name__}.xlsx"
        with xlsxwriter.Workbook(path, OPTIONS) as book:
            sheet = book.add_worksheet("A", sheet_class)
            formats = {code: book.add_format({"num_format": code}) for code in ("0.0%", "0", "@")}
            sheet.write_string(0, 0, "head")
            if sheet_class is QuickSheet:
                sheet.write_cells(2, [cell and (cell[0], formats[cell[1]]) for cell in cells])
                sheet.write_cells(3, [None, None])
            for at, cell in enumerate(cells):
                if cell and sheet_class is Worksheet:
                    write_cell = sheet.write_string if isinstance(cell[0], str) else sheet.write_number
                    write_cell(2, at, cell[0], formats[cell[1]])
        with zipfile.ZipFile(path) as archive:
            parts.append([archive.read(f"xl/{name}.xml") for name in ("worksheets/sheet1", "sharedStrings")])
    assert parts[0] == parts[1]
    assert b">0.3333333333333333<" in parts[0][0]


def test_a_quick_sheet_refuses_numbers_that_are_none(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book, pytest.raises(TypeError):
        book.add_worksheet("A", QuickSheet).write_cells(0, [(float("nan"), None)])


def test_the_contents_lead_to_every_sheet(book: openpyxl.Workbook) -> None:
    links = {
        cell.hyperlink.location.split("!")[0].strip("'")
        for line in book["摘要"].iter_rows()
        for cell in line
        if cell.hyperlink
    }
    assert links == set(book.sheetnames[2:])


def test_the_newest_cohort_comes_first_and_the_institution_before_its_programs(
    book: openpyxl.Workbook,
) -> None:
    rows = rows_of(book["毕业去向落实率"])
    cohorts = [line["毕业年份"] for line in rows]
    assert cohorts == sorted(cohorts, reverse=True)
    assert cohorts[0] == 2025
    assert rows[0]["专业名称"] == "全校"
    assert rows[1]["专业名称"] == "数控技术"


def test_a_sheet_has_one_definition_of_one_weighting(book: openpyxl.Workbook) -> None:
    for name in ("毕业去向落实率", "初次毕业去向落实率", "社保参保率", "去向已知者落实率", "专业对口率"):
        places = [(line["毕业年份"], line["专业名称"]) for line in rows_of(book[name])]
        assert len(places) == len(set(places)) == 25, name


def test_numbers_are_numbers_and_small_counts_are_not_shown(book: openpyxl.Workbook) -> None:
    rows = rows_of(book["毕业去向落实率"])
    first = rows[0]
    assert isinstance(first["比例"], float)
    assert isinstance(first["人数（取整到 5）"], int)
    small = next(line for line in rows if line["专业名称"] == "大数据与会计")
    assert small["人数（取整到 5）"] == "<10"
    assert small["比例"] == "不足 10 人，不发布"
    assert small["其中人数（取整到 5）"] is None


def test_a_withheld_count_is_not_called_small(tmp_path: Path) -> None:
    few = row("retention", horizon_months=36, status="too_few", n=90)
    (line,) = rows_of(write(tmp_path, retention=[few])["首份工作留任率"])
    assert line["人数（取整到 5）"] == 90
    assert line["其中人数（取整到 5）"] is None
    assert "跟踪满 36 个月" in line["留任率"]
    (line,) = rows_of(
        write(tmp_path, retention=[row("retention", horizon_months=12, retention=0.1, k=5)])["首份工作留任率"]
    )
    assert line["其中人数（取整到 5）"] == "<10"


def test_survey_figures_have_their_response_rate(tmp_path: Path) -> None:
    known = row("employment", definition="known_only", weighting="unweighted", wave_months=6, share=0.9)
    asked = row("response", wave_months=6, response_rate=0.63)
    (line,) = rows_of(write(tmp_path, employment=[known], response=[asked])["去向已知者落实率"])
    assert line["答卷率"] == 0.63
    pay = [
        row("starting_salary", measure=measure, cohort_from=2023, p50=5000.0)
        for measure in ("register", "survey")
    ]
    rows = {
        line["数据来源"]: line
        for line in rows_of(write(tmp_path, starting_salary=pay, response=[asked])["起薪"])
    }
    assert rows["调查月收入"]["答卷率"] == "答卷率 2024: 63%"
    assert rows["社保缴费基数"]["答卷率"] is None


def test_every_sheet_prints_on_a4_with_its_headings_and_page_numbers(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.oddFooter.right.text == "&P / &N" or "&P / &N" in str(sheet.oddFooter.right.text)
    for sheet in book.worksheets[2:-1]:
        assert sheet.print_title_rows == f"${HEAD}:${HEAD + 1}", sheet.title
        assert sheet.freeze_panes is not None


def test_notes_explain_every_mark_and_every_reason(book: openpyxl.Workbook) -> None:
    texts = [cell.value for line in book["说明"].iter_rows() for cell in line if isinstance(cell.value, str)]
    assert {"高于同类", "低于同类", "分辨不出差异"} <= set(texts)
    assert {zh for name, (zh, _) in sentences().items() if name.startswith("meaning_")} <= set(texts)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "|", "\t", "\u202e"])
def test_names_from_deliveries_are_only_text(own_home: Path, tmp_path: Path, start: str) -> None:
    evil = f"{start}cmd|' /C calc'!A0"
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute("update feedback.program set program_name = ?", [evil])
        connection.execute("update feedback.institution set institution_name = ?", [evil])
        connection.execute("update feedback.program_flag set reason_1_zh = ?", [evil])
    with open_published() as connection:
        found = read_edition(connection)
        write_workbook(tmp_path / "book.xlsx", next(read_colleges(connection, found)), found, IMPRINT)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell for cell in cells if isinstance(cell.value, str) and "calc" in cell.value]
    assert not [cell for cell in cells if isinstance(cell.value, str) and "\u202e" in cell.value]
