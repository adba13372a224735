"""The workbook of the bureau: the region's message, one sheet per headline indicator of all institutions, programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from iecareer.feedback.definitions import Definition
from iecareer.feedback.indicators import Indicators
from iecareer.feedback.overview import KEPT, overview_message
from iecareer.feedback.statements import state
from iecareer.feedback.wording import Text, say
from iecareer.feedback.workbook.book import OPTIONS
from iecareer.feedback.workbook.formats import Formats, lines_of, prepare
from iecareer.feedback.workbook.notes import write_notes
from iecareer.feedback.workbook.sheets import write_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from iecareer.feedback.imprint import Imprint
    from iecareer.feedback.overview import Overview
    from iecareer.feedback.published import College, Edition
    from iecareer.feedback.ranking import RankedProgram
    from iecareer.feedback.statements import Statement

_SUMMARY = (28.0, 100.0)
_SHARE = (
    *("cohort_from", "cohort_to", "institution_code", "institution_name", "n", "k"),
    *("ci_low", "ci_high", "mark", "smallest_difference", "n_peers", "peer_median"),
)
_PAY = ("cohort_from", "cohort_to", "institution_code", "institution_name", "n", "p25", "p50", "p75")
_PROGRAMS = (22.0, 26.0, 11.0, 26.0, 96.0)


def write_bureau_workbook(
    path: Path, region: College, overview: Overview, edition: Edition, imprint: Imprint
) -> None:
    """Write the bureau's workbook; `region` has the rows of the whole region."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), OPTIONS)
    made = datetime.combine(date.fromisoformat(edition.as_of), datetime.min.time())
    title = f"{say('page_bureau').zh} {imprint.label}"
    book.set_properties({"title": title, "author": "iecareer", "created": made})
    formats = Formats(book)
    indicators = Indicators.of(region, edition)
    message = overview_message(overview, state(indicators.placement, region, edition))
    _write_summary(book, formats, message, overview, edition, imprint)
    for place, indicator in enumerate(indicators.ranked):
        sheet = _of_institutions(indicator.name, overview.institutions, place)
        write_sheet(book, formats, sheet, edition)
    _write_programs(book, formats, overview)
    write_notes(book, formats, region, edition, imprint)
    book.close()


def _of_institutions(name: str, institutions: list[RankedProgram], place: int) -> Definition:
    """The newest row of each institution for one of the ranked indicators."""
    statements = [(one, one.statements[place]) for one in institutions]
    indicator = statements[0][1].indicator if statements else None
    main = indicator.value if indicator else "share"
    rows = tuple(
        statement.row | {"institution_name": one.name} for one, statement in statements if statement.row
    )
    if indicator is not None and indicator.is_pay:
        return Definition(name, indicator.table, main, _PAY, rows)
    at = _SHARE.index("k") + 1
    table = indicator.table if indicator else "employment"
    return Definition(name, table, main, (*_SHARE[:at], main, *_SHARE[at:]), rows)


def _write_summary(
    book: Any, formats: Formats, message: list[Text], overview: Overview, edition: Edition, imprint: Imprint
) -> None:
    """The message in both languages, and the institutions in their order."""
    title = say("sheet_summary").zh
    sheet = book.add_worksheet(title)
    prepare(sheet, _SUMMARY, title)
    sheet.write_string(0, 0, say("page_bureau").zh, formats.title)
    facts = say("page_bureau_facts", label=imprint.label, as_of=edition.as_of, n=len(overview.institutions))
    sheet.write_string(1, 0, facts.zh, formats.soft)
    sheet.write_string(2, 0, facts.en, formats.soft)
    row = 4
    for sentence in message:
        for text, cell_format in ((sentence.zh, formats.wrapped), (sentence.en, formats.note)):
            sheet.merge_range(row, 0, row, 1, "", cell_format)
            sheet.write_string(row, 0, text, cell_format)
            sheet.set_row(row, 16 * lines_of(text, sum(_SUMMARY)) + 2)
            row += 1
    row += 1
    sheet.write_string(row, 0, say("section_institutions").zh, formats.heading)
    sheet.write_string(row, 1, say("about_institutions").zh, formats.note)
    sheet.set_row(row, 16 * lines_of(say("about_institutions").zh, _SUMMARY[1]) + 2)
    for place, one in enumerate(overview.institutions, start=1):
        text = one.verdict.capital.zh
        sheet.write_string(row + place, 0, f"{place}. {one.name}", formats.strong)
        sheet.write_string(row + place, 1, text, formats.wrapped)
        sheet.set_row(row + place, 16 * lines_of(text, _SUMMARY[1]) + 2)


def _write_programs(book: Any, formats: Formats, overview: Overview) -> None:
    title, note = say("sheet_all_programs"), say("sheet_all_programs_note", n=KEPT)
    sheet = book.add_worksheet(title.zh)
    prepare(sheet, _PROGRAMS, title.zh)
    sheet.write_string(0, 0, title.zh, formats.title)
    sheet.write_string(1, 0, note.zh, formats.plain)
    sheet.write_string(2, 0, f"{title.en}. {note.en}", formats.soft)
    heads = (
        say("section_institutions"),
        say("program"),
        say("head_code"),
        say("head_lower"),
        say("head_words"),
    )
    for at, head in enumerate(heads):
        sheet.write_string(4, at, head.zh, formats.head)
    sheet.freeze_panes(5, 0)
    for row, one in enumerate(overview.programs, start=5):
        lower = "、".join(_label(statement) for statement in one.program.lower)
        texts = (one.institution, one.program.name, one.program.code, lower, one.program.verdict.capital.zh)
        for at, text in enumerate(texts):
            sheet.write_string(row, at, text, formats.wrapped)
        sheet.set_row(row, 16 * lines_of(texts[-1], _PROGRAMS[-1]) + 2)


def _label(statement: Statement) -> str:
    return statement.indicator.label.zh
