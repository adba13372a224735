"""The workbook of one institution: a cover, notes and one table per sheet, without formulas.

The same published rows give the same bytes: the creation date is the date of the run.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from iecareer.feedback import wording
from iecareer.feedback.phrases import withheld
from iecareer.feedback.reading import cards

if TYPE_CHECKING:
    from pathlib import Path

    from iecareer.feedback.published import College, Edition, Row

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
_NUMBERS = {
    "percent": "0.0%",
    "money": "#,##0",
    "count": "#,##0",
    "plain": "0",
    "decimal": "0.0",
    "decimal4": "0.0000",
}
_TEAL, _WASH, _SOFT = "#0B6E6E", "#EAF2F1", "#5B6673"
# Title, note and an empty row above the two heading rows.
_HEAD = 3


class _Formats:
    """The cell formats of a workbook."""

    def __init__(self, book: Any) -> None:
        def add(**more: Any) -> Any:
            return book.add_format(_FONT | more)

        self.title = add(bold=True, font_size=16, font_color=_TEAL)
        self.strong = add(bold=True)
        self.wrapped = add(text_wrap=True)
        self.note = add(text_wrap=True, font_color=_SOFT)
        self.plain = add()
        self.big = add(bold=True, font_size=16)
        self.rows = add(num_format="#,##0", align="left")
        self.link = add(font_color=_TEAL, underline=1)
        self.zh = add(bold=True, bg_color=_WASH, text_wrap=True, top=2, top_color=_TEAL)
        self.en = add(font_color=_SOFT, bg_color=_WASH, text_wrap=True, bottom=1, bottom_color=_TEAL)
        self.text = add(indent=1, align="left")
        self.withheld = add(font_color=_SOFT)
        self.numbers = {name: add(num_format=code) for name, code in _NUMBERS.items()}


def write_workbook(path: Path, college: College, edition: Edition, label: str) -> None:
    """Write the institution's workbook.

    Parameters
    ----------
    path : Path
        New ``.xlsx`` file.
    college : College
        Published rows of the institution.
    edition : Edition
        Run and policy behind them.
    label : str
        Release label, for the cover.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), _OPTIONS)
    made = datetime.combine(date.fromisoformat(edition.as_of), datetime.min.time())
    book.set_properties({"title": f"{college.name} {label}", "author": "iecareer", "created": made})
    formats = _Formats(book)
    _write_cover(book, formats, college, edition, label)
    _write_notes(book, formats, edition)
    for name in wording.tables():
        _write_table(book, formats, name, college.tables[name], edition)
    book.close()


def _write_cover(book: Any, formats: _Formats, college: College, edition: Edition, label: str) -> None:
    sheet = book.add_worksheet("封面 Cover")
    _plain(sheet, widths=(36, 30, 34, 76))
    sheet.write_string(0, 0, college.name, formats.title)
    sheet.set_row(0, 30)
    facts = (
        ("毕业生发展反馈 Graduate career feedback", label),
        ("学校标识码 Institution code", college.code),
        ("数据截止 As of", edition.as_of),
        ("运行编号 Run", edition.run_id),
    )
    for row, (name, value) in enumerate(facts, start=2):
        sheet.write_string(row, 0, name, formats.note)
        sheet.write_string(row, 1, value, formats.strong)
    row = _write_headlines(sheet, formats, college, edition, first=7)
    for at, heading in enumerate(("目录", "Contents", "行数 Rows")):
        sheet.write_string(row, at, heading, formats.zh)
    for at, (name, words) in enumerate(wording.tables().items(), start=row + 1):
        sheet.write_url(at, 0, f"internal:'{_sheet(name)}'!A1", formats.link, words.title_zh)
        sheet.write_string(at, 1, words.title_en, formats.text)
        sheet.write_number(at, 2, len(college.tables[name]), formats.rows)
    sheet.activate()


def _write_headlines(sheet: Any, formats: _Formats, college: College, edition: Edition, first: int) -> int:
    """Write the headline numbers as text; returns the next free row."""
    for at, heading in enumerate(("首页数字 Headline numbers", "", "与同类比较 Beside peers", "说明 Notes")):
        sheet.write_string(first, at, heading, formats.zh)
    headlines = cards(college, edition)
    for row, card in enumerate(headlines, start=first + 1):
        sheet.set_row(row, 46)
        title, cell = card
        sheet.write_string(row, 0, "\n".join(title), formats.wrapped)
        sheet.write_string(row, 1, cell.value or "–", formats.big)
        sheet.write_string(row, 2, wording.both("mark", cell.mark), formats.wrapped)
        sheet.write_string(row, 3, "\n".join(cell.about if cell.value else cell.instead), formats.note)
    return first + len(headlines) + 2


def _write_notes(book: Any, formats: _Formats, edition: Edition) -> None:
    """Reading notes of every table and the policy numbers in force."""
    sheet = book.add_worksheet("说明 Notes")
    _plain(sheet, widths=(38, 66, 96))
    sheet.write_string(0, 0, "说明 Notes", formats.title)
    row = 2
    for words in wording.tables().values():
        sheet.write_string(row, 0, f"{words.title_zh} {words.title_en}", formats.strong)
        sheet.write_string(row, 1, words.note_zh, formats.wrapped)
        sheet.write_string(row, 2, words.note_en, formats.note)
        sheet.set_row(row, 62)
        row += 1
    sheet.write_string(row + 1, 0, "政策数值 Policy numbers", formats.strong)
    for at, line in enumerate(edition.policy, start=row + 2):
        sheet.write_string(at, 0, str(line["name"]), formats.text)
        sheet.write_string(at, 1, f"{line['value']:g} {line['unit']}", formats.text)
        sheet.write_string(at, 2, f"{line['description']} ({line['effective_from']})", formats.note)


def _write_table(book: Any, formats: _Formats, name: str, rows: list[Row], edition: Edition) -> None:
    """One table: title, note, Chinese and English headings, rows."""
    words = wording.tables()[name]
    sheet = book.add_worksheet(_sheet(name))
    columns = [wording.columns()[column] for column in sheet_columns(rows)]
    _plain(sheet, widths=tuple(float(column.width) for column in columns))
    sheet.write_string(0, 0, f"{words.title_zh} {words.title_en}", formats.title)
    sheet.set_row(0, 26)
    sheet.write_string(1, 0, words.note_zh, formats.plain)
    sheet.write_string(2, 0, words.note_en, formats.withheld)
    for at, column in enumerate(columns):
        sheet.write_string(_HEAD, at, column.label_zh, formats.zh)
        sheet.write_string(_HEAD + 1, at, column.label_en, formats.en)
    sheet.set_row(_HEAD + 1, 30)
    if not rows:
        sheet.write_string(_HEAD + 1, 0, "本期无数据 No rows in this edition", formats.withheld)
        return
    sheet.repeat_rows(_HEAD, _HEAD + 1)
    sheet.freeze_panes(_HEAD + 2, min(4, len(columns)))
    sheet.autofilter(_HEAD + 1, 0, _HEAD + 1 + len(rows), len(columns) - 1)
    kinds = [_kind(column, words.main) for column in columns]
    for at, row in enumerate(rows, start=_HEAD + 2):
        instead = " ".join(withheld(name, row, edition))
        for place, (column, usual) in enumerate(zip(columns, kinds, strict=True)):
            text = instead if column.column == words.main and instead.strip() else ""
            kind = "withheld" if text else usual
            _write_cell(sheet, formats, (at, place), text or row[column.column], kind, column.column)


def _write_cell(
    sheet: Any, formats: _Formats, place: tuple[int, int], value: Any, kind: str, column: str
) -> None:
    if value is None:
        return
    if kind == "withheld":
        sheet.write_string(*place, value, formats.withheld)
    elif kind in formats.numbers:
        sheet.write_number(*place, value, formats.numbers[kind])
    else:
        sheet.write_string(
            *place, wording.both(column, value) if kind == "word" else str(value), formats.text
        )


def sheet_columns(rows: list[Row]) -> list[str]:
    """Columns of a sheet, without the institution and without empty optional columns."""
    if not rows:
        return []
    return [name for name in rows[0] if name != "institution_code" and name in wording.columns()]


def _kind(column: wording.ColumnWords, main: str) -> str:
    """Number format of a column; peer columns use that of the table's main value."""
    return wording.columns()[main].format if column.format == "main" and main else column.format


def _plain(sheet: Any, widths: tuple[float, ...]) -> None:
    """A sheet without grid lines, printed landscape on one page's width."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)


def _sheet(name: str) -> str:
    """Sheet name, at most 31 characters."""
    return wording.tables()[name].title_zh
