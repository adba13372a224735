"""The sheet of what changed since the last release: a summary, then one row per number, then rules that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.feedback.changes import told
from iecareer.feedback.changes.sentences import (
    change_of_mark,
    change_of_value,
    label_of,
    name_of,
    why_gone,
    why_new,
    years_of,
)
from iecareer.feedback.wording import Text, say
from iecareer.feedback.workbook.formats import lines_of, paragraph, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iecareer.feedback.changes import Changes
    from iecareer.feedback.changes.comparison import Change, Rule
    from iecareer.feedback.published import Row
    from iecareer.feedback.workbook.formats import Formats

_WIDTHS = (26.0, 16.0, 32.0, 14.0, 10.0, 10.0, 13.0, 13.0, 60.0)
_TEXT_WIDTHS = (*_WIDTHS[:4], _WIDTHS[-1])
_HEADS = ("program", "cohorts", "indicator", "change", "before", "now", "n_before", "n_now", "words")


def write_changes(book: Any, formats: Formats, changes: Changes, programs: Sequence[tuple[str, str]]) -> None:
    """Write the sheet in Chinese; numbers stand as numbers."""
    title = say("sheet_changes").zh
    sheet = book.add_worksheet(title)
    prepare(sheet, _WIDTHS, title)
    sheet.write_string(0, 0, title, formats.title)
    sheet.set_row(0, 26)
    about = say("about_changes", label=changes.earlier.label, as_of=changes.earlier.edition.as_of)
    row = paragraph(sheet, formats.note, 1, about.zh, _WIDTHS)
    for sentence in told(changes, programs).summary:
        row = paragraph(sheet, formats.wrapped, row, sentence.zh, _WIDTHS)
    places = {code: at for at, code in enumerate([None, *(code for code, _ in programs)])}
    lines = sorted(_lines(changes), key=lambda line: places.get(line[0].row["program_code"], len(places)))
    if lines:
        row = _heads(sheet, formats, row + 1)
    for change, kind, words in lines:
        _write_line(sheet, formats, row, change, kind, words)
        row += 1
    if changes.rules:
        _write_rules(sheet, formats, row + 1, changes.rules)


def _lines(changes: Changes) -> Iterator[tuple[Change, str, Text]]:
    """Every number that differs, with the kind of its change and what there is to say."""
    for one in changes.numbers:
        if one.has_changed:
            yield one, "changed", change_of_value(changes, one)
        if one.is_marked_otherwise:
            yield one, "marked", change_of_mark(one)
        if one.is_shown and not one.was_shown:
            yield one, "new", why_new(one)
        if one.was_shown and not one.is_shown:
            yield one, "gone", why_gone(changes, one)


def _heads(sheet: Any, formats: Formats, row: int) -> int:
    for at, name in enumerate(_HEADS):
        sheet.write_string(row, at, say(f"head_{name}").zh, formats.head)
    sheet.set_row(row, 30)
    sheet.repeat_rows(row)
    return row + 1


def _write_line(sheet: Any, formats: Formats, row: int, change: Change, kind: str, words: Text) -> None:
    texts = (name_of(change.row), years_of(change.row), label_of(change), say(f"kind_{kind}"))
    for at, text in enumerate(texts):
        sheet.write_string(row, at, text.zh, formats.wrapped)
    main = change.definition.main
    # A number that is gone may have been of a block whose cohorts now stand alone: nobody shall subtract them.
    for at, of in enumerate((change.before if change.is_shown else None, change.now)):
        if of is None or of["status"] != "ok":
            continue
        _write_number(sheet, (row, 4 + at), of, main, formats.of_value(main, of))
        _write_number(sheet, (row, 6 + at), of, "n", formats.numbers["count"])
    sheet.write_string(row, len(_HEADS) - 1, words.zh, formats.indented)
    heights = [lines_of(text.zh, width) for text, width in zip((*texts, words), _TEXT_WIDTHS, strict=True)]
    sheet.set_row(row, 15 * max(heights) + 3)


def _write_number(sheet: Any, place: tuple[int, int], row: Row, name: str, number_format: Any) -> None:
    if row.get(name) is not None:
        sheet.write_number(*place, row[name], number_format)


def _write_rules(sheet: Any, formats: Formats, row: int, rules: Sequence[Rule]) -> None:
    sheet.write_string(row, 0, say("sheet_policy").zh, formats.heading)
    for at, rule in enumerate(rules, start=row + 1):
        sheet.write_string(at, 0, rule.name, formats.text)
        for place, of in ((4, rule.before), (5, rule.now)):
            if of:
                sheet.write_number(at, place, of["value"], formats.numbers["plain_decimal"])
        sheet.write_string(at, len(_HEADS) - 1, rule.description, formats.wrapped)
