"""A filled-in template lands like the exchange format, whatever people and programs change in it."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from iecareer.contracts import RecordType, load_record_types, record_type
from iecareer.contracts.publication.template import template
from iecareer.engine.views import register
from iecareer.errors import IecareerError
from iecareer.lake.manifest import current_deliveries, record_decision, versions
from iecareer.lake.verdicts import record_verdict
from iecareer.landing import land, unrecognised
from iecareer.settings import lake
from tests.contracts.conftest import FIRST_ROW, HEADER_ROW, rows_of
from tests.people import resident_id

DAY = date(2026, 11, 21)
KINDS = list(load_record_types().values())
GRADUATE = record_type("graduate")


def landed(source_id: str, name: str) -> list[tuple[Any, ...]]:
    """Conformed rows of one source and record type."""
    # Several periods may share a file.
    parts = sorted(
        {
            str(lake() / part.path)
            for delivery in versions()
            if (delivery.source_id, delivery.record_type) == (source_id, name)
            for part in delivery.parts
        }
    )
    stored = ", ".join(column.stored_name for column in record_type(name).columns)
    query = f"select {stored} from read_parquet(?, hive_partitioning = false) order by all"
    return duckdb.connect().execute(query, [parts]).fetchall() if parts else []


def land_one(path: Path, source: str = "exchange", received_on: date = DAY) -> dict[str, Any]:
    """Land one file and return its receipt."""
    (receipt,) = land(source, [path], received_on)
    return receipt


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_filled_in_template_is_the_exchange_format(
    kind: RecordType, home: Path, fill: Callable[..., Path], write_exchange: Callable[..., Path]
) -> None:
    rows = rows_of(kind)
    receipt = land_one(fill(kind, rows))
    assert receipt["error"] is None
    assert (receipt["source_id"], receipt["record_type"]) == ("exchange", kind.name)
    assert (receipt["n_in"], receipt["n_loaded"]) == (len(rows) + 1, len(rows))
    assert receipt["reasons"] == {"example_row": 1}
    assert land_one(write_exchange(kind, rows), "exchange-office")["n_loaded"] == len(rows)
    same = landed("exchange-office", kind.name)
    assert landed("exchange", kind.name) == same
    assert len(same) == len(rows)


@pytest.mark.parametrize("name", ["employment_month", "graduate", "program"])
def test_an_example_alone_is_not_loaded(name: str, home: Path, fill: Callable[..., Path]) -> None:
    """One record type of each mode."""
    receipt = land_one(fill(record_type(name), []))
    assert (receipt["n_in"], receipt["n_loaded"], receipt["reasons"]) == (1, 0, {"example_row": 1})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_an_example_shows_would_itself_be_read(
    kind: RecordType, home: Path, fill: Callable[..., Path]
) -> None:
    """Except numbers of persons and enterprises, which are fictitious."""
    row = {column.name: column.example for column in kind.columns}
    receipt = land_one(fill(kind, [row]))
    numbers = [c for c in kind.columns if c.kind in ("person", "credit_code")]
    required = {f"bad_checksum:{c.name}" for c in numbers if c.costs_its_row}
    assert receipt["n_loaded"] == (0 if required else 1)
    assert required | {"example_row"} <= set(receipt["reasons"])
    told = set(receipt["reasons"]) | set(receipt["emptied"])
    assert told == {"example_row", *(f"bad_checksum:{c.name}" for c in numbers)}


def test_an_example_row_taken_out_or_written_over_is_no_example(
    home: Path, fill: Callable[..., Path]
) -> None:
    def write_over(book: openpyxl.Workbook) -> None:
        book.worksheets[0].cell(FIRST_ROW - 1, 1).value = resident_id(500)

    path = fill(GRADUATE, change=lambda book: book.worksheets[0].delete_rows(FIRST_ROW - 1))
    assert (land_one(path)["n_in"], land_one(path)["n_quarantined"]) == (12, 0)
    receipt = land_one(fill(GRADUATE, change=write_over, name="b.xlsx"))
    assert (receipt["n_in"], receipt["n_loaded"], receipt["reasons"]) == (13, 13, {})


def move_first_column_behind(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(min_row=HEADER_ROW, max_row=sheet.max_row):
        told = [cell.value for cell in row]
        for cell, value in zip(row, [*told[1:], told[0]], strict=True):
            cell.value = value


def add_column(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.insert_cols(3)
    sheet.cell(HEADER_ROW, 3).value = "备注"
    sheet.cell(FIRST_ROW, 3).value = "已核对"


def take_out_titles(book: openpyxl.Workbook) -> None:
    book.worksheets[0].delete_rows(1, HEADER_ROW - 1)


def copy_values_only(book: openpyxl.Workbook) -> None:
    """A workbook saved by a program that keeps only values: no formats, rules, notes or properties."""
    told = list(book.worksheets[0].iter_rows(values_only=True))
    for sheet in book.worksheets:
        book.remove(sheet)
    sheet = book.create_sheet("Sheet1")
    for row in told:
        sheet.append(row)
    book.properties.keywords = None


CHANGES: dict[str, Callable[[openpyxl.Workbook], object]] = {
    "nothing": lambda book: None,
    "a moved column": move_first_column_behind,
    "an extra column": add_column,
    "a renamed sheet": lambda book: setattr(book.worksheets[0], "title", "2026届"),
    "no notes": lambda book: book.remove(book.worksheets[1]),
    "a sheet more": lambda book: book.create_sheet("草稿", 0).append(["备忘", "待核对"]),
    "no title rows": take_out_titles,
    "values alone": copy_values_only,
    "no properties": lambda book: setattr(book.properties, "keywords", ""),
}


@pytest.mark.parametrize(
    ("name", "change"), [*(("graduate", change) for change in CHANGES), ("course", "a moved column")]
)
def test_a_template_lands_whatever_became_of_it(
    name: str, change: str, home: Path, fill: Callable[..., Path], write_exchange: Callable[..., Path]
) -> None:
    kind = record_type(name)
    receipt = land_one(fill(kind, change=CHANGES[change]))
    assert (receipt["error"], receipt["n_loaded"], receipt["reasons"]) == (None, 12, {"example_row": 1})
    land_one(write_exchange(kind, rows_of(kind)), "exchange-office")
    assert landed("exchange", name) == landed("exchange-office", name)


def take_out(column: str) -> Callable[[openpyxl.Workbook], object]:
    """Remove a column of the template."""

    def change(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[0]
        label = next(c.label_zh for c in GRADUATE.columns if c.name == column)
        sheet.delete_cols(next(cell.column for cell in sheet[HEADER_ROW] if cell.value == label))

    return change


def test_an_optional_column_may_be_taken_out(home: Path, fill: Callable[..., Path]) -> None:
    assert land_one(fill(GRADUATE, change=take_out("entry_score")))["n_loaded"] == 12
    assert {row[-1] for row in landed("exchange", "graduate")} == {None}


def test_a_required_column_may_not(home: Path, fill: Callable[..., Path]) -> None:
    receipt = land_one(fill(GRADUATE, change=take_out("sex")))
    assert "'sex' or '性别' for the required column sex is missing" in receipt["error"]
    assert versions() == []


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
@pytest.mark.parametrize("suffix", ["xlsx", "xls"])
def test_another_program_may_save_it(
    suffix: str, home: Path, fill: Callable[..., Path], write_exchange: Callable[..., Path], tmp_path: Path
) -> None:
    path = fill(GRADUATE, office="a", name="a.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    words = [
        "soffice",
        "--headless",
        profile,
        "--convert-to",
        suffix,
        "--outdir",
        str(tmp_path / "saved"),
        str(path),
    ]
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    receipt = land_one(tmp_path / "saved" / f"a.{suffix}")
    assert (receipt["source_id"], receipt["n_loaded"], receipt["reasons"]) == (
        "exchange-a",
        12,
        {"example_row": 1},
    )
    land_one(write_exchange(GRADUATE, rows_of(GRADUATE)), "exchange-b")
    assert landed("exchange-a", "graduate") == landed("exchange-b", "graduate")


def test_an_example_is_found_among_many_rows(home: Path, tmp_path: Path) -> None:
    """Large deliveries are conformed with the value cache."""
    path = tmp_path / "program.csv"
    lines = [f"{number:06},2021,第{number}个专业,中职" for number in range(60_000)]
    lines[40_000] = "示例（本行不入库，可删）,2021,数控技术,中职"
    path.write_text("专业代码,目录版本,专业名称,培养层次\n" + "\n".join(lines), encoding="utf-8")
    receipt = land_one(path)
    assert receipt["error"] is None
    assert (receipt["n_in"], receipt["n_loaded"], receipt["reasons"]) == (60_000, 59_999, {"example_row": 1})
    assert {row[3] for row in landed("exchange", "program")} == {"secondary_vocational"}


def put(column: str, told: Any) -> Callable[[openpyxl.Workbook], object]:
    """Put a value into the first row of a column."""

    def change(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[0]
        label = next(c.label_zh for c in GRADUATE.columns if c.name == column)
        place = next(cell.column for cell in sheet[HEADER_ROW] if cell.value == label)
        cell = sheet.cell(FIRST_ROW, place)
        cell.value = told

    return change


@pytest.mark.parametrize(
    ("column", "told", "reason"),
    [
        ("sex", "女性", "not_in_list:sex"),
        ("study_level", "大专", "not_in_list:study_level"),
        ("person_id", int(resident_id(900, region="330108").replace("X", "1")), "bad_checksum:person_id"),
        ("person_id", None, "missing:person_id"),
        ("graduated_on", "二〇二三年九月三十一日", "not_a_date:graduated_on"),
        ("graduated_on", date(2027, 1, 1), "after_receipt:graduated_on"),
        ("birth_year", "=YEAR(TODAY())", "error_cell:birth_year"),
    ],
)
def test_a_wrong_cell_costs_its_row_alone(
    column: str, told: object, reason: str, home: Path, fill: Callable[..., Path]
) -> None:
    receipt = land_one(fill(GRADUATE, change=put(column, told)))
    assert (receipt["n_in"], receipt["n_loaded"]) == (13, 11)
    assert receipt["reasons"] == {"example_row": 1, reason: 1}


def test_codes_that_a_spreadsheet_made_numbers_of_lose_no_row_silently(
    home: Path, fill: Callable[..., Path]
) -> None:
    receipt = land_one(fill(GRADUATE, change=put("institution_code", 4133010800)))
    assert receipt["n_loaded"] == 12
    assert "4133010800" in {row[1] for row in landed("exchange", "graduate")}


@pytest.mark.parametrize("told", ["=1+1", '=HYPERLINK("http://a.b","x")', "+86", "@SUM(A1)", "-1|cmd"])
def test_what_would_be_a_formula_elsewhere_is_text_here(
    told: str, home: Path, fill: Callable[..., Path]
) -> None:
    kind = record_type("program")

    def change(book: openpyxl.Workbook) -> None:
        cell = book.worksheets[0].cell(FIRST_ROW, 3)
        cell.value, cell.data_type = told, "s"

    assert land_one(fill(kind, change=change))["n_loaded"] == 12
    assert told in {row[2] for row in landed("exchange", "program")}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_cells_are_what_they_should_be(kind: RecordType) -> None:
    sheet, notes = openpyxl.load_workbook(io.BytesIO(template(kind, "4133010800"))).worksheets
    assert sheet.freeze_panes == f"B{HEADER_ROW + 1}"
    assert sheet.print_title_rows == f"${HEADER_ROW - 1}:${HEADER_ROW}"
    explained = {row[0].value: [cell.value for cell in row] for row in notes.iter_rows()}
    for place, column in enumerate(kind.columns, start=1):
        head = [sheet.cell(row, place).value for row in (HEADER_ROW - 1, HEADER_ROW)]
        assert head == ["必填" if column.required else "选填", column.label_zh]
        assert column.description_zh in explained[column.label_zh]
        rule = rule_of(sheet, place)
        assert 0 < len(rule.promptTitle) <= 32
        assert column.description_zh in rule.prompt
        is_list = bool(column.allowed) or column.kind == "boolean"
        assert column_format(sheet, place) == ("@" if is_list else FORMATS.get(column.kind, "@"))
        if is_list:
            assert rule.type == "list"
            words = column.labels or column.allowed or ("是", "否")
            assert rule.formula1 == '"' + ",".join(words) + '"'
            assert len(rule.formula1) <= 255
        else:
            assert rule.type == RULES.get(column.kind)


FORMATS = {
    "date": "yyyy-mm-dd", "month": "yyyy-mm", "year": "0", "integer": "0", "money": "#,##0.00", "number": "General",
}  # fmt: skip
RULES = {
    "date": "date", "month": "date", "year": "whole", "integer": "whole", "money": "decimal", "number": "decimal",
    "person": "textLength", "credit_code": "textLength", "institution_code": "textLength",
    "program_code": "textLength", "region_code": "textLength", "occupation_code": "textLength",
}  # fmt: skip


def rule_of(sheet: Worksheet, place: int) -> Any:
    """The validation rule of a column, from the example row to the last possible row."""
    letter = openpyxl.utils.get_column_letter(place)
    whole = f"{letter}{HEADER_ROW + 1}:{letter}1048576"
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if str(rule.sqref) == whole]
    return rule


def column_format(sheet: Worksheet, place: int) -> str:
    """The number format of the empty cells of a column."""
    letter = openpyxl.utils.get_column_letter(place)
    return str(sheet.column_dimensions[letter].number_format)


def test_every_word_stands_for_one_value() -> None:
    for kind in KINDS:
        for column in kind.columns:
            assert len(set(column.labels)) == len(column.labels)
            assert len(column.labels) in (0, len(column.allowed))
            assert column.labels or not column.allowed or all(value.isdigit() for value in column.allowed)
            assert not any("," in label for label in column.labels)


def test_the_same_template_has_the_same_bytes() -> None:
    assert template(GRADUATE, "a") == template(GRADUATE, "a") != template(GRADUATE, "b")


def test_colleges_do_not_replace_each_other(home: Path, fill: Callable[..., Path]) -> None:
    kind = record_type("institution")
    rows = rows_of(kind)
    for office, part in (("4133010800", rows[:6]), ("4133010801", rows[6:])):
        receipt = land_one(fill(kind, part, office=office, name=f"{office}.xlsx"))
        assert (receipt["source_id"], receipt["n_loaded"]) == (f"exchange-{office}", 6)
    corrected = [row | {"institution_name": "更名后"} for row in rows[:5]]
    land_one(fill(kind, corrected, office="4133010800", name="again.xlsx"))
    assert counted("institution") == [("exchange-4133010800", 5), ("exchange-4133010801", 6)]


def counted(name: str) -> list[tuple[Any, ...]]:
    """Rows per source that a run would use if all deliveries passed their checks."""
    for delivery in versions():
        record_verdict(delivery.delivery_id, delivery.version, "pass", [], DAY)
    deliveries, retired = current_deliveries(DAY)
    with duckdb.connect() as connection:
        connection.execute("create schema landing")
        register(connection, deliveries, retired)
        query = f"select source_id, count(*) from landing.{name} group by all order by all"
        return connection.execute(query).fetchall()


def test_a_folder_of_many_colleges_lands_at_once(
    home: Path, fill: Callable[..., Path], write_exchange: Callable[..., Path]
) -> None:
    folder = write_exchange(record_type("program"), rows_of(record_type("program"))).parent
    for office in ("a", "b"):
        fill(GRADUATE, office=office, name=f"exchange/{office}.xlsx")
    fill(record_type("course"), name="exchange/c.xlsx")
    (folder / "d.xlsx").write_bytes(b"PK\x03\x04 cut")
    receipts = land("exchange", [folder], DAY)
    assert [(r["source_id"], r["record_type"], r["n_loaded"]) for r in receipts] == [
        ("exchange", "program", 12),  # names may be looked up in it
        ("exchange", "course", 12),
        ("exchange-a", "graduate", 12),
        ("exchange-b", "graduate", 12),
    ]
    assert unrecognised("exchange", [folder]) == ["d.xlsx"]


@pytest.mark.parametrize("name", ["institution", "employment_month"])
def test_a_template_without_office_replaces_nothing(name: str, home: Path, fill: Callable[..., Path]) -> None:
    kind = record_type(name)
    path = fill(kind, name="a.xlsx")
    first = land_one(path)
    assert land_one(path)["n_unchanged"] == 12
    other = fill(kind, rows_of(kind, 3), name="b.xlsx")
    refused = land_one(other)
    assert "names no office" in refused["error"]
    assert len(versions()) == 1
    assert land_one(other, "exchange-4133010800")["n_loaded"] == 3
    record_decision("withdraw", first["delivery_id"], reason="a correction comes", decided_on=DAY)
    assert land_one(other)["n_loaded"] == 3


def test_a_template_is_not_landed_as_another_office_s(home: Path, fill: Callable[..., Path]) -> None:
    path = fill(GRADUATE, office="a")
    with pytest.raises(IecareerError, match="made for exchange-a, not for exchange-b"):
        land("exchange-b", [path], DAY)
    assert land_one(path, "exchange-a")["n_loaded"] == 12


def test_two_templates_in_one_workbook_are_refused(home: Path, fill: Callable[..., Path]) -> None:
    def mix(book: openpyxl.Workbook) -> None:
        book.create_sheet("课程").append(["iecareer:course"])

    with pytest.raises(IecareerError, match="contains 2 templates"):
        land("exchange", [fill(GRADUATE, change=mix)], DAY)


def test_a_mark_of_no_record_type_is_refused(home: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["iecareer:alumni"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(IecareerError, match=r"iecareer:alumni.*no known record type"):
        land("exchange", [tmp_path / "a.xlsx"], DAY)


def test_a_workbook_without_mark_is_no_template(home: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append([column.label_zh for column in GRADUATE.columns])
    book.save(tmp_path / "graduate.xlsx")
    with pytest.raises(IecareerError, match="none of the 1 file"):
        land("exchange", [tmp_path / "graduate.xlsx"], DAY)
