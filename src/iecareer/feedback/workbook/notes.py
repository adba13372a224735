"""The sheet of notes: how to read marks and columns, and the policy numbers in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.feedback.notes import notes
from iecareer.feedback.wording import of_value, say
from iecareer.feedback.workbook.formats import prepare

if TYPE_CHECKING:
    from iecareer.feedback.imprint import Imprint
    from iecareer.feedback.published import College, Edition
    from iecareer.feedback.workbook.formats import Formats

_MARKS = ("higher", "lower", "not_told_apart")
_STATUSES = ("too_few", "not_observed", "not_comparable")


def write_notes(book: Any, formats: Formats, college: College, edition: Edition, imprint: Imprint) -> None:
    """Write the notes in Chinese, with English beside them."""
    title = say("sheet_notes").zh
    sheet = book.add_worksheet(title)
    prepare(sheet, (30, 74, 74), title)
    sheet.write_string(0, 0, title, formats.title)
    row = 2
    for note in notes(college, edition):
        row = _line(sheet, formats, row, "", note.zh, note.en)
    check = say("note_check")
    row = _line(
        sheet, formats, row, "", f"{check.zh}{imprint.fingerprint}", f"{check.en} {imprint.fingerprint}"
    )
    row += 1
    for column, values in (("mark", _MARKS), ("status", _STATUSES)):
        for value in values:
            words, meaning = of_value(column, value), say(f"meaning_{value}")
            row = _line(sheet, formats, row, words.zh, meaning.zh, f"{words.en}: {meaning.en}")
    row += 1
    sheet.write_string(row, 0, say("sheet_policy").zh, formats.heading)
    for at, line in enumerate(edition.policy, start=row + 1):
        sheet.write_string(at, 0, str(line["name"]), formats.text)
        sheet.write_string(at, 1, f"{line['description']}", formats.wrapped)
        sheet.write_string(
            row, 2, f"{line['value']:g} {line['unit']} ({line['effective_from']})", formats.note
        )


def _line(sheet: Any, formats: Formats, row: int, name: str, zh: str, en: str) -> int:
    sheet.write_string(row, 0, name, formats.strong)
    sheet.write_string(row, 1, zh, formats.wrapped)
    sheet.write_string(row, 2, en, formats.note)
    sheet.set_row(row, 15 * (max(len(zh) // 36, len(en) // 72) + 1) + 3)
    return row + 1
