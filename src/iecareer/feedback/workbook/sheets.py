"""One sheet per definition: title, notes, headings in two languages, rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.feedback import wording
from iecareer.feedback.definitions import BLOCKS
from iecareer.feedback.not_shown import why_not_shown
from iecareer.feedback.wording import of_value, say
from iecareer.feedback.workbook.formats import prepare

if TYPE_CHECKING:
    from iecareer.feedback.definitions import Definition
    from iecareer.feedback.published import Edition, Row
    from iecareer.feedback.workbook.formats import Formats

# Title, two lines of notes and an empty row stand above the two heading rows.
_HEAD = 4


def write_sheet(book: Any, formats: Formats, of: Definition, edition: Edition) -> None:
    """Write one sheet: title, notes, Chinese and English headings, rows."""
    sheet = book.add_worksheet(of.title.zh)
    named = ["cohort_year" if name == "cohort_to" and of.table not in BLOCKS else name for name in of.columns]
    columns = [wording.columns()[name] for name in named]
    prepare(sheet, tuple(float(column.width) for column in columns), of.title.zh)
    sheet.write_string(0, 0, of.title.zh, formats.title)
    sheet.set_row(0, 26)
    sheet.write_string(1, 0, of.note.zh, formats.plain)
    sheet.write_string(2, 0, f"{of.title.en}. {of.note.en}", formats.soft)
    for at, column in enumerate(columns):
        sheet.write_string(_HEAD, at, column.label_zh, formats.head)
        sheet.write_string(_HEAD + 1, at, column.label_en, formats.head_below)
    sheet.set_row(_HEAD, 30)
    sheet.set_row(_HEAD + 1, 40)
    sheet.freeze_panes(_HEAD + 2, min(4, len(columns)))
    sheet.repeat_rows(_HEAD, _HEAD + 1)
    if not of.rows:
        sheet.write_string(_HEAD + 2, 0, say("why_no_row").zh, formats.soft)
        return
    sheet.autofilter(_HEAD + 1, 0, _HEAD + 1 + len(of.rows), len(columns) - 1)
    kinds = [_kind(column, of.main) for column in columns]
    compared = {"starting_salary": "p50_region_adjusted", "wage": "p50_compared"}.get(of.table, "")
    for at, row in enumerate(of.rows, start=_HEAD + 2):
        instead = why_not_shown(of.table, row, edition).zh
        for place, (name, kind) in enumerate(zip(of.columns, kinds, strict=True)):
            value = row[compared if name == "compared" else name]
            if instead and name == of.main:
                sheet.write_string(at, place, instead, formats.soft)
            elif name == "n" and value is None:
                sheet.write_string(at, place, "<10", formats.right)
            elif name == "program_name" and row["program_code"] is None:
                sheet.write_string(at, place, _whole(row), formats.text)
            elif value is not None:
                is_own_share = kind == "percent" and name in (of.main, "ci_low", "ci_high")
                number_format = formats.of_value(of.main, row) if is_own_share else formats.numbers.get(kind)
                _write(sheet, formats, (at, place), value, name, number_format)


def _whole(row: Row) -> str:
    return say("whole_institution").zh if row["institution_code"] else ""


def _write(
    sheet: Any, formats: Formats, place: tuple[int, int], value: Any, name: str, number_format: Any
) -> None:
    if name == "k" and value < 10:
        sheet.write_string(*place, "<10", formats.right)
    elif number_format and not isinstance(value, str):
        sheet.write_number(*place, value, number_format)
    else:
        is_word = wording.columns()[name].format == "word"
        sheet.write_string(*place, of_value(name, value).zh if is_word else str(value), formats.text)


def _kind(column: wording.ColumnWords, main: str) -> str:
    """Number format of a column; columns in the unit of the value have its format."""
    return wording.columns()[main].format if column.format == "main" and main else column.format
