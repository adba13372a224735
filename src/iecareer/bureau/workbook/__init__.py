"""The bureau's workbook of a year: a summary, one sheet per table, policy in force; exact numbers, no formulas."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from iecareer.bureau.message import facts, message
from iecareer.bureau.notes import notes
from iecareer.bureau.sheets import sheets
from iecareer.bureau.words import say
from iecareer.bureau.workbook.table_sheet import write_table_sheets
from iecareer.feedback.workbook.book import OPTIONS
from iecareer.feedback.workbook.formats import Formats, paragraph, prepare

if TYPE_CHECKING:
    from iecareer.bureau.report import Report
    from iecareer.feedback.wording import Text

_SUMMARY = (24.0, 110.0)


def bureau_workbook(report: Report) -> bytes:
    """The bytes of the ``.xlsx`` file. The same rows give the same bytes."""
    import xlsxwriter

    file = BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    made = datetime.combine(report.as_of, datetime.min.time())
    title = say("page_title", year=report.year)
    book.set_properties({"title": title.zh, "author": "iecareer", "created": made})
    formats = Formats(book)
    listed = list(sheets(report))
    _write_summary(book, formats, report, [one.title.zh for one in listed])
    write_table_sheets(book, formats, listed)
    book.close()
    return file.getvalue()


def _write_summary(book: Any, formats: Formats, report: Report, titles: list[str]) -> None:
    """The message and notes in both languages, and links to the sheets."""
    title = say("sheet_summary").zh
    sheet = book.add_worksheet(title)
    prepare(sheet, _SUMMARY, title)
    heading = say("page_title", year=report.year)
    sheet.write_string(0, 0, heading.zh, formats.title)
    sheet.set_row(0, 26)
    sheet.write_string(1, 0, heading.en, formats.soft)
    row = 2
    row = paragraph(sheet, formats.alert, row, say("internal").zh, _SUMMARY)
    row = paragraph(sheet, formats.note, row, say("internal").en, _SUMMARY)
    for text, cell_format in ((facts(report).zh, formats.note), (facts(report).en, formats.note)):
        row = paragraph(sheet, cell_format, row, text, _SUMMARY)
    row = _sentences(sheet, formats, row + 1, "section_message", message(report))
    sheet.write_string(row, 0, f"{say('sheets').zh} {say('sheets').en}", formats.heading)
    for at, name in enumerate(titles):
        sheet.write_url(row + 1 + at, 0, f"internal:'{name}'!A1", formats.link, name)
    _sentences(sheet, formats, row + 2 + len(titles), "section_notes", notes(report))


def _sentences(sheet: Any, formats: Formats, row: int, heading: str, sentences: list[Text]) -> int:
    """Write a heading and sentences in both languages; returns the row after an empty one."""
    sheet.write_string(row, 0, f"{say(heading).zh} {say(heading).en}", formats.heading)
    sheet.set_row(row, 22)
    row += 1
    for sentence in sentences:
        row = paragraph(sheet, formats.wrapped, row, sentence.zh, _SUMMARY)
        row = paragraph(sheet, formats.note, row, sentence.en, _SUMMARY)
    return row + 1
