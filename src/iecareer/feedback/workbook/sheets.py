"""One sheet per definition: title, notes, headings in two languages, rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from iecareer.feedback import wording
from iecareer.feedback.definitions import BLOCKS
from iecareer.feedback.not_shown import why_not_shown
from iecareer.feedback.wording import of_value, say
from iecareer.feedback.workbook.formats import prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iecareer.feedback.definitions import Definition
    from iecareer.feedback.published import Edition, Row
    from iecareer.feedback.workbook.formats import Formats
    from iecareer.feedback.workbook.quick_sheet import Cell

# Title, two lines of notes and an empty row stand above the two heading rows.
_HEAD = 4
# Smaller counts are not told.
_LEAST = 10


class _Column(NamedTuple):
    """A column: its name, where its values are, their number format, whether it is that of the row, whether words."""

    name: str
    source: str
    number_format: Any
    is_own_share: bool
    is_word: bool


def write_sheet(book: Any, formats: Formats, of: Definition, edition: Edition) -> None:
    """Write one sheet: title, notes, Chinese and English headings, rows."""
    from iecareer.feedback.workbook.quick_sheet import QuickSheet

    sheet = book.add_worksheet(of.title.zh, QuickSheet)
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
    _write_rows(
        sheet,
        formats,
        of,
        [_column(formats, of, *pair) for pair in zip(of.columns, columns, strict=True)],
        edition,
    )


def _write_rows(
    sheet: Any, formats: Formats, of: Definition, columns: Sequence[_Column], edition: Edition
) -> None:
    """Write the rows. What does not depend on the row is looked up before, because workbooks have thousands."""
    few, main = ("<10", formats.right), of.main
    for at, row in enumerate(of.rows, start=_HEAD + 2):
        instead = why_not_shown(of.table, row, edition).zh if main else ""
        own_format = formats.of_value(main, row)
        cells: list[Cell | None] = []
        for name, source, number_format, is_own_share, is_word in columns:
            value = row[source]
            if instead and name == main:
                cells.append((instead, formats.soft))
            elif name == "program_name" and row["program_code"] is None:
                cells.append((_whole(row), formats.text))
            elif value is None:
                cells.append(few if name == "n" else None)
            elif name == "k" and value < _LEAST:
                cells.append(few)
            elif number_format and not isinstance(value, str):
                cells.append((value, own_format if is_own_share else number_format))
            else:
                cells.append((of_value(name, value).zh if is_word else str(value), formats.text))
        sheet.write_cells(at, cells)


def _column(formats: Formats, of: Definition, name: str, words: wording.ColumnWords) -> _Column:
    kind = _kind(words, of.main)
    compared = {"starting_salary": "p50_region_adjusted", "wage": "p50_compared"}.get(of.table, "")
    return _Column(
        name,
        compared if name == "compared" else name,
        formats.numbers.get(kind),
        kind == "percent" and name in (of.main, "ci_low", "ci_high"),
        wording.columns()[name].format == "word",
    )


def _whole(row: Row) -> str:
    return say("whole_institution").zh if row["institution_code"] else ""


def _kind(column: wording.ColumnWords, main: str) -> str:
    """Number format of a column; columns in the unit of the value have its format."""
    return wording.columns()[main].format if column.format == "main" and main else column.format
