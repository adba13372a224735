"""Sheets of tables: title, note, headings in two languages, rows; numbers stand as numbers, unrounded."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from iecareer.bureau.explained import cause_words
from iecareer.bureau.values import LOG, MONTHS, words_of
from iecareer.bureau.words import catalogue, of_value, say
from iecareer.errors import IecareerError
from iecareer.feedback.workbook.formats import FONT, lines_of, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iecareer.bureau.sheets import Sheet
    from iecareer.feedback.workbook.formats import Formats

Row = dict[str, Any]
# Title, two lines of notes and an empty row stand above the two heading rows.
_HEAD = 4
# How numbers look; cells hold them unrounded.
_LOOKS = {
    "points": "0.00",
    "percent": "0.00%",
    "ratio": "0.000000",
    "cents": "#,##0.00",
    "count": "#,##0",
    "plain": "0",
    "decimal": "0.##",
    "exact": "0.####",
    "factor": "0.00",
    "scientific": "0.00E+00",
    "log": "0.0000",
    "months": "0.0",
}
_LINE = 15
# Colours of text and cell; the word stands in the cell.
_LIGHTS = {
    "red": ("#8A1420", "#FBE3E5"),
    "yellow": ("#6B4700", "#FDF0CF"),
    "green": ("#0B5A34", "#DFF3E6"),
    "not_judged": ("#3D4852", "#E9EDF0"),
}
# A sheet has 2 to the 20 rows; title and headings take some.
_MOST_ROWS = 1_048_000
# Width of columns that is still readable on one page.
_PAGE_WIDTH = 240.0
# Columns whose words are those of another one.
_WORDS = {"site_band": "band", "tracking_band": "band", "light_before": "light"}


class Looks:
    """Number formats of a workbook's table sheets, made once per book."""

    def __init__(self, book: Any) -> None:
        self.numbers = {name: book.add_format(FONT | {"num_format": code}) for name, code in _LOOKS.items()}
        self.lights = {
            value: book.add_format(
                FONT | {"bold": True, "bg_color": wash, "font_color": ink, "indent": 1, "align": "left"}
            )
            for value, (ink, wash) in _LIGHTS.items()
        }
        self.wrapped = book.add_format(FONT | {"text_wrap": True, "indent": 1, "align": "left"})


def write_table_sheets(book: Any, formats: Formats, tables: Iterable[Sheet]) -> None:
    """Write one sheet per table. Long texts wrap, and their rows get the height that they need."""
    looks = Looks(book)
    for of in tables:
        if len(of.rows) > _MOST_ROWS:
            raise IecareerError(
                f"A sheet has at most {_MOST_ROWS:,} rows; '{of.title.en}' would have {len(of.rows):,}.",
                next_step="Read the table with 'iecareer sql'.",
            )
        _write_sheet(book, formats, of, looks)


def _write_sheet(book: Any, formats: Formats, of: Sheet, looks: Looks) -> None:
    sheet = book.add_worksheet(of.title.zh)
    columns = [catalogue().columns[name] for name in of.columns]
    widths = tuple(float(column.width) for column in columns)
    prepare(sheet, widths, of.title.zh)
    _fit(sheet, widths, of.n_kept)
    sheet.write_string(0, 0, of.title.zh, formats.title)
    sheet.set_row(0, 26)
    sheet.write_string(1, 0, of.note.zh, formats.plain)
    sheet.write_string(2, 0, f"{of.title.en}. {of.note.en}", formats.soft)
    for at, column in enumerate(columns):
        sheet.write_string(_HEAD, at, column.label_zh, formats.head)
        unit = f" ({column.unit})" if column.unit else ""
        sheet.write_string(_HEAD + 1, at, f"{column.label_en}{unit}", formats.head_below)
    sheet.set_row(_HEAD, _height([column.label_zh for column in columns], widths))
    sheet.set_row(_HEAD + 1, _height([f"{column.label_en} ({column.unit})" for column in columns], widths))
    sheet.freeze_panes(_HEAD + 2, min(of.n_kept, len(columns)))
    sheet.repeat_rows(_HEAD, _HEAD + 1)
    if not of.rows:
        sheet.write_string(_HEAD + 2, 0, say("no_rows").zh, formats.soft)
        return
    sheet.autofilter(_HEAD + 1, 0, _HEAD + 1 + len(of.rows), len(columns) - 1)
    kinds = [column.format for column in columns]
    for at, row in enumerate(of.rows, start=_HEAD + 2):
        texts = []
        for place, (name, kind) in enumerate(zip(of.columns, kinds, strict=True)):
            texts.append(_write(sheet, (at, place), looks, kind, row, name))
        sheet.set_row(at, _height(texts, widths))


def _write(sheet: Any, place: tuple[int, int], looks: Looks, kind: str, row: Row, name: str) -> str:
    """Write one cell; returns its text, or nothing for a number."""
    value = row.get(name)
    if value is None or value == "":
        return ""
    if kind == "value":
        kind = {MONTHS: "months", LOG: "log"}.get(row["unit"], "percent")
    if kind in looks.numbers:
        sheet.write_number(*place, float(value), looks.numbers[kind])
        return ""
    text = _text(kind, name, value)
    is_light = _WORDS.get(name, name) in ("light", "band")
    sheet.write_string(*place, text, looks.lights[value] if is_light else looks.wrapped)
    return text


def _text(kind: str, name: str, value: Any) -> str:
    """The words of a cell."""
    kind, _, of = kind.partition(":")
    if kind == "word":
        return of_value(_WORDS.get(name, name), value).zh
    if kind == "words":
        return words_of(of, value).zh
    if kind == "yes":
        return of_value("yes", value).zh
    return cause_words(value).zh if kind == "cause" else str(value)


def _fit(sheet: Any, widths: tuple[float, ...], n_kept: int) -> None:
    """Print wide sheets over several pages; every page has the columns that stay in view."""
    n_pages = math.ceil(sum(widths) / _PAGE_WIDTH)
    sheet.fit_to_pages(n_pages, 0)
    if n_pages > 1:
        sheet.repeat_columns(0, n_kept - 1)


def _height(texts: list[str], widths: tuple[float, ...]) -> float:
    return _LINE * max((lines_of(text, width) for text, width in zip(texts, widths, strict=True))) + 3
